using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Vidimus.Model.Files;
using Vidimus.Server.CommandLine;
using Vidimus.Server.Configuration;
using Vidimus.Server.Hosting;
using Vidimus.Storage;

namespace Vidimus.Server.Admin;

/// <summary><c>admin account add|list|remove</c></summary>
internal static class AccountCommand
{
    private const int LongestName = 100;

    public static Command Create(Func<string, string?> environment)
    {
        var command = new Command("account", "Accounts: each sees its own resources and findings alone");

        var number = new Argument<string>("NUMBER") { Description = "Twelve digits" };
        var name = new Option<string?>("--name") { Description = "What people call it", HelpName = "NAME" };
        command.Subcommands.Add(AdminCommand.Of("add", "Makes an account; it stands alone until it joins an organization", environment, [number, name],
            (node, parsed, output, cancel) => AddAsync(node, parsed.GetRequiredValue(number), parsed.GetValue(name) ?? "", output, cancel)));

        command.Subcommands.Add(AdminCommand.Of("list", "Shows all accounts", environment, [], (node, _, output, cancel) => ListAsync(node, output, cancel)));

        var removed = new Argument<string>("NUMBER") { Description = "Twelve digits" };
        var data = new Option<bool>("--with-its-data") { Description = "Also delete its resources, findings, history and audit entries; without it, an account that has resources is refused" };
        command.Subcommands.Add(AdminCommand.Of("remove", "Removes an account with its users and keys", environment, [removed, data],
            (node, parsed, output, cancel) => RemoveAsync(node, parsed.GetRequiredValue(removed), parsed.GetValue(data), output, cancel)));
        return command;
    }

    private static async Task AddAsync(Node node, string number, string name, TextWriter output, CancellationToken cancel)
    {
        if (!ServerSettings.IsAccount(number)) throw new UsageException($"'{number}' is not the number of an account: twelve digits");
        if (name.Length > LongestName || name.Any(char.IsControl)) throw new UsageException($"a name has at most {LongestName} printable characters");

        await using var session = await node.Database.WriteAsync(cancel);
        await session.LockAsync("accounts", cancel);
        var identities = new IdentityStore(session);
        if ((await identities.AccountsAsync(cancel)).Exists(a => a.Number == number)) throw new UnfinishedException($"the account {number} is there already");
        var tenants = new TenantStore(session);
        var now = node.Time.GetUtcNow();
        var id = await tenants.AddAccountAsync(await tenants.AddTenantAsync(number, now, cancel), number, now, cancel);
        await identities.NameAccountAsync(id, name, cancel);
        await AdminCommand.AuditAsync(session, node, await AdminCommand.AccountAsync(session, number, cancel), "AddAccount", new() { ["account"] = number, ["name"] = name }, cancel);
        await session.CommitAsync(cancel);
        await output.WriteLineAsync($"made the account {number}; 'vidimus admin key create --account {number} …' gives somebody a key to it");
    }

    private static async Task ListAsync(Node node, TextWriter output, CancellationToken cancel)
    {
        await using var session = await node.Database.ReadAsync(cancel);
        await output.WriteLineAsync($"{"ACCOUNT",-12}  {"MADE",-10}  {"USERS",5}  {"KEYS",5}  NAME");
        foreach (var account in await new IdentityStore(session).AccountsAsync(cancel))
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{account.Number}  {account.Created:yyyy-MM-dd}  {account.Principals,5}  {account.Keys,5}  {PathText.Display(account.Name)}"));
    }

    private static async Task RemoveAsync(Node node, string number, bool withData, TextWriter output, CancellationToken cancel)
    {
        await using var session = await node.Database.WriteAsync(cancel);
        await session.LockAsync("accounts", cancel);
        var account = await AdminCommand.AccountAsync(session, number, cancel);
        var removal = new AccountRemoval(session);
        if (!withData && await removal.ResourcesAsync(account.Id, cancel) is > 0 and var resources)
            throw new UnfinishedException($"the account {number} has {resources} resources; --with-its-data deletes them with all that is known of them");

        if (withData) await removal.DeleteDataAsync(account.Id, cancel);
        await removal.DeleteIdentityAsync(account.Tenant, account.Id, cancel);
        await AdminCommand.AuditAsync(session, node, account, "RemoveAccount", new JsonObject { ["account"] = number, ["withItsData"] = withData }, cancel);
        await session.CommitAsync(cancel);
        await output.WriteLineAsync($"removed the account {number}");
    }
}
