using System.CommandLine;
using Vidimus.Api.Protocol;
using Vidimus.Server.CommandLine;
using Vidimus.Server.Hosting;
using Vidimus.Storage;

namespace Vidimus.Server.Admin;

/// <summary><c>admin role list|set</c></summary>
internal static class RoleCommand
{
    private const int LongestName = 64;

    public static Command Create(Func<string, string?> environment)
    {
        var command = new Command("role", "What users may do: a reader sees, an operator also changes what concerns findings and scanning, an administrator also the organization");

        var of = new Option<string>("--account") { Description = "The account's twelve digits", HelpName = "NUMBER", Required = true };
        command.Subcommands.Add(AdminCommand.Of("list", "Shows an account's users and their roles", environment, [of], (node, parsed, output, cancel) => ListAsync(node, parsed.GetRequiredValue(of), output, cancel)));

        var account = new Option<string>("--account") { Description = "The account's twelve digits", HelpName = "NUMBER", Required = true };
        var user = new Argument<string>("USER");
        var role = new Argument<string>("ROLE") { Description = "administrator, operator or reader" };
        command.Subcommands.Add(AdminCommand.Of("set", "Gives a user another role, with all of its keys, within a second", environment, [user, role, account],
            (node, parsed, output, cancel) => SetAsync(node, parsed.GetRequiredValue(account), parsed.GetRequiredValue(user), parsed.GetRequiredValue(role), output, cancel)));
        return command;
    }

    /// <exception cref="UsageException">There is no such role.</exception>
    public static Role Parse(string name) => Roles.TryParse(name, out var role) ? role : throw new UsageException($"there is no role '{name}'; they are administrator, operator and reader");

    /// <summary>The names that IAM allows its users.</summary>
    public static void CheckUser(string name)
    {
        if (name.Length is 0 or > LongestName || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '=' or ',' or '.' or '@' or '_' or '-')) throw new UsageException($"a user's name has 1 to {LongestName} letters, digits or signs of +=,.@_-");
    }

    private static async Task ListAsync(Node node, string number, TextWriter output, CancellationToken cancel)
    {
        await using var session = await node.Database.ReadAsync(cancel);
        var account = await AdminCommand.AccountAsync(session, number, cancel);
        await output.WriteLineAsync($"{"ROLE",-13}  USER");
        foreach (var principal in await new IdentityStore(session).PrincipalsAsync(account.Id, cancel)) await output.WriteLineAsync($"{Roles.NameOf(principal.Role),-13}  {principal.Name}");
    }

    private static async Task SetAsync(Node node, string number, string user, string roleName, TextWriter output, CancellationToken cancel)
    {
        var role = Parse(roleName);
        await using var session = await node.Database.WriteAsync(cancel);
        var account = await AdminCommand.AccountAsync(session, number, cancel);
        var identities = new IdentityStore(session);
        var principal = (await identities.PrincipalsAsync(account.Id, cancel)).Find(p => p.Name == user) ?? throw new UnfinishedException($"there is no user {user} in {number}");
        await identities.SetRoleAsync(principal.Id, role, cancel);
        await AdminCommand.AuditAsync(session, node, account, "SetRole", new() { ["user"] = user, ["role"] = roleName, ["before"] = Roles.NameOf(principal.Role) }, cancel);
        await session.CommitAsync(cancel);
        await output.WriteLineAsync($"{user} is {roleName} in {number}");
    }
}
