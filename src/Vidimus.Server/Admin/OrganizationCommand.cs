using System.CommandLine;
using System.Text.Json.Nodes;
using Vidimus.Server.CommandLine;
using Vidimus.Server.Hosting;
using Vidimus.Storage;

namespace Vidimus.Server.Admin;

/// <summary><c>admin organization create|join|leave</c></summary>
internal static class OrganizationCommand
{
    public static Command Create(Func<string, string?> environment)
    {
        var command = new Command("organization", "Organizations: accounts that one of them administers");

        var management = new Argument<string>("NUMBER") { Description = "Twelve digits of the account that manages it and names its administrator" };
        command.Subcommands.Add(AdminCommand.Of("create", "Makes an account that stands alone the management account of a new organization", environment, [management],
            (node, parsed, output, cancel) => CreateAsync(node, parsed.GetRequiredValue(management), output, cancel)));

        var joining = new Argument<string>("NUMBER") { Description = "Twelve digits of the account that joins" };
        var of = new Option<string>("--of") { Description = "Twelve digits of an account of the organization", HelpName = "NUMBER", Required = true };
        command.Subcommands.Add(AdminCommand.Of("join", "Moves an account with all it has into an organization; its calls wait meanwhile", environment, [joining, of],
            (node, parsed, output, cancel) => JoinAsync(node, parsed.GetRequiredValue(joining), parsed.GetRequiredValue(of), output, cancel)));

        var leaving = new Argument<string>("NUMBER") { Description = "Twelve digits of the account that leaves" };
        command.Subcommands.Add(AdminCommand.Of("leave", "Moves an account with all it has out of its organization; it stands alone then", environment, [leaving],
            (node, parsed, output, cancel) => LeaveAsync(node, parsed.GetRequiredValue(leaving), output, cancel)));
        return command;
    }

    private static async Task CreateAsync(Node node, string number, TextWriter output, CancellationToken cancel)
    {
        await using var session = await node.Database.WriteAsync(cancel);
        await session.LockAsync("accounts", cancel);
        var account = await AdminCommand.AccountAsync(session, number, cancel);
        if (!await new OrganizationStore(session).CreateAsync(account.Tenant, account.Id, node.Time.GetUtcNow(), cancel)) throw new UnfinishedException($"the account {number} is in an organization already");
        await AdminCommand.AuditAsync(session, node, account, "CreateOrganization", new() { ["account"] = number }, cancel);
        await session.CommitAsync(cancel);
        await output.WriteLineAsync($"the account {number} manages an organization now; 'vidimus admin organization join NUMBER --of {number}' brings others in");
    }

    private static async Task JoinAsync(Node node, string number, string member, TextWriter output, CancellationToken cancel)
    {
        AccountEntry account;
        int target;
        await using (var session = await node.Database.WriteAsync(cancel))
        {
            await session.LockAsync("accounts", cancel);
            account = await AdminCommand.AccountAsync(session, number, cancel);
            target = (await AdminCommand.AccountAsync(session, member, cancel)).Tenant;
            if (!await new OrganizationStore(session).IsOrganizationAsync(target, cancel)) throw new UnfinishedException($"the account {member} is in no organization; 'vidimus admin organization create' makes one");
            await AdminCommand.AuditAsync(session, node, account, "JoinOrganization", new JsonObject { ["account"] = number, ["of"] = member }, cancel);
            await session.CommitAsync(cancel);
        }

        await MoveAsync(node, account.Id, target, cancel);
        await output.WriteLineAsync($"the account {number} is in the organization of {member}");
    }

    private static async Task LeaveAsync(Node node, string number, TextWriter output, CancellationToken cancel)
    {
        AccountEntry account;
        int target;
        await using (var session = await node.Database.WriteAsync(cancel))
        {
            await session.LockAsync("accounts", cancel);
            account = await AdminCommand.AccountAsync(session, number, cancel);
            if (!await new OrganizationStore(session).IsOrganizationAsync(account.Tenant, cancel)) throw new UnfinishedException($"the account {number} is in no organization");
            target = await new TenantStore(session).AddTenantAsync(number, node.Time.GetUtcNow(), cancel);
            await AdminCommand.AuditAsync(session, node, account, "LeaveOrganization", new JsonObject { ["account"] = number }, cancel);
            await session.CommitAsync(cancel);
        }

        await MoveAsync(node, account.Id, target, cancel);
        await output.WriteLineAsync($"the account {number} stands alone");
    }

    /// <summary>Moves it here and now; when this process dies, a worker goes on.</summary>
    private static async Task MoveAsync(Node node, int account, int target, CancellationToken cancel)
    {
        var moves = new AccountMoves(node.Database);
        try
        {
            await moves.BeginAsync(account, target, node.Time.GetUtcNow(), cancel);
        }
        catch (InvalidOperationException e)
        {
            throw new UnfinishedException(e.Message, e);
        }

        while (await moves.RunAsync(node.Time.GetUtcNow(), cancel) > 0) await Task.Delay(TimeSpan.FromSeconds(1), node.Time, cancel);
    }
}
