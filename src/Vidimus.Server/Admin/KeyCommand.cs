using System.CommandLine;
using System.Globalization;
using Vidimus.Api.Protocol;
using Vidimus.Server.CommandLine;
using Vidimus.Server.Hosting;
using Vidimus.Server.Identity;
using Vidimus.Storage;

namespace Vidimus.Server.Admin;

/// <summary><c>admin key create|list|revoke</c></summary>
internal static class KeyCommand
{
    public static Command Create(Func<string, string?> environment)
    {
        var command = new Command("key", "Access keys: what AWS's clients sign their calls with");

        var account = new Option<string>("--account") { Description = "The account's twelve digits", HelpName = "NUMBER", Required = true };
        var user = new Option<string>("--user") { Description = "Whose key it is, as refusals and the audit log name the caller", HelpName = "NAME", Required = true };
        var role = new Option<string?>("--role") { Description = "administrator, operator or reader: for a user that is new [reader]", HelpName = "ROLE" };
        var file = new Option<string?>("--output", "-o") { Description = "Where to write it, with mode 0600, as AWS_SHARED_CREDENTIALS_FILE wants it; without it, it is shown on a terminal and nowhere else", HelpName = "FILE" };
        var expires = new Option<string?>("--expires") { Description = "Ends of itself after this time, 15m to 36h, and goes with a session token", HelpName = "TIME" };
        command.Subcommands.Add(AdminCommand.Of("create", "Makes a key; its secret is told this once", environment, [account, user, role, expires, file],
            (node, parsed, output, cancel) => CreateAsync(node, parsed.GetRequiredValue(account), parsed.GetRequiredValue(user), parsed.GetValue(role), parsed.GetValue(expires) is { } time ? LifeOf(time) : null, parsed.GetValue(file), output, cancel)));

        var of = new Option<string?>("--account") { Description = "Of this account alone", HelpName = "NUMBER" };
        command.Subcommands.Add(AdminCommand.Of("list", "Shows keys, without their secrets", environment, [of], (node, parsed, output, cancel) => ListAsync(node, parsed.GetValue(of), output, cancel)));

        var id = new Argument<string>("KEY") { Description = "AKIA and 16 letters and digits" };
        command.Subcommands.Add(AdminCommand.Of("revoke", "Ends a key: within a second no node takes it any more", environment, [id],
            (node, parsed, output, cancel) => RevokeAsync(node, parsed.GetRequiredValue(id), output, cancel)));
        return command;
    }

    private static async Task CreateAsync(Node node, string number, string user, string? roleName, TimeSpan? life, string? file, TextWriter output, CancellationToken cancel)
    {
        var role = RoleCommand.Parse(roleName ?? "reader");
        RoleCommand.CheckUser(user);
        if (file is null && Console.IsOutputRedirected) throw new UsageException("name a file for the key by --output: a secret is shown on a terminal alone");

        await using var session = await node.Database.WriteAsync(cancel);
        var account = await AdminCommand.AccountAsync(session, number, cancel);
        var identities = new IdentityStore(session);
        var now = node.Time.GetUtcNow();
        var principal = await identities.PutPrincipalAsync(account.Tenant, account.Id, user, role, now, cancel);
        if (roleName is not null && principal.Role != role) throw new UnfinishedException($"{user} is there already and is {Roles.NameOf(principal.Role)}; 'vidimus admin role set' changes that");

        var key = life is null ? NewKey.Draw() : NewKey.DrawTemporary();
        await key.AddAsync(identities, principal, node.Box, now, cancel);
        if (life is { } time) await identities.LimitKeyAsync(key.Id, node.Box.Seal(key.Token!, NewKey.TokenOwner(key.Id)), now + time, cancel);
        await AdminCommand.AuditAsync(session, node, account, "CreateAccessKey", new() { ["user"] = user, ["role"] = Roles.NameOf(principal.Role), ["accessKeyId"] = key.Id }, cancel);
        if (file is not null) PrivateFile.Write(file, key.ToCredentialsFile());
        await session.CommitAsync(cancel);
        await output.WriteLineAsync($"made the key {key.Id} of {user}, {Roles.NameOf(principal.Role)} in {number}");
        if (file is null) await output.WriteAsync(key.ToCredentialsFile());
    }

    private static TimeSpan LifeOf(string text) => ScanCommand.SpanOf(text) is { } life && life >= TimeSpan.FromMinutes(15) && life <= TimeSpan.FromHours(36) ? life : throw new UsageException($"--expires: '{text}' is not a time from 15m to 36h");

    private static async Task ListAsync(Node node, string? account, TextWriter output, CancellationToken cancel)
    {
        await using var session = await node.Database.ReadAsync(cancel);
        await output.WriteLineAsync($"{"ACCOUNT",-12}  {"KEY",-20}  {"ROLE",-13}  {"MADE",-10}  {"USED",-10}  USER");
        foreach (var key in await new IdentityStore(session).KeysAsync(account, cancel))
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{key.Account}  {key.KeyId,-20}  {Roles.NameOf(key.Role),-13}  {key.Created:yyyy-MM-dd}  {key.Used?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "never",-10}  {key.Principal}"));
    }

    private static async Task RevokeAsync(Node node, string id, TextWriter output, CancellationToken cancel)
    {
        await using var session = await node.Database.WriteAsync(cancel);
        var identities = new IdentityStore(session);
        var key = await identities.FindKeyAsync(id, cancel) ?? throw new UnfinishedException($"there is no key {id}");
        await identities.RevokeKeyAsync(id, cancel);
        await AdminCommand.AuditAsync(session, node, await AdminCommand.AccountAsync(session, key.Account, cancel), "RevokeAccessKey", new() { ["user"] = key.Principal, ["accessKeyId"] = id }, cancel);
        await session.CommitAsync(cancel);
        await output.WriteLineAsync($"revoked {id} of {key.Principal} in {key.Account}");
    }
}
