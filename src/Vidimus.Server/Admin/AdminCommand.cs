using System.CommandLine;
using System.Text.Json.Nodes;
using Vidimus.Findings;
using Vidimus.Server.CommandLine;
using Vidimus.Server.Configuration;
using Vidimus.Server.Hosting;
using Vidimus.Storage;

namespace Vidimus.Server.Admin;

/// <summary><c>admin</c>: for who runs the installation and can read its key file. It works on the store itself, whether a server runs on it or not; each change is in the audit log.</summary>
internal static class AdminCommand
{
    public static Command Create(Func<string, string?> environment)
    {
        var admin = new Command("admin", "Accounts, access keys, roles, sinks of events, the audit log, backups");
        admin.Subcommands.Add(AccountCommand.Create(environment));
        admin.Subcommands.Add(KeyCommand.Create(environment));
        admin.Subcommands.Add(RoleCommand.Create(environment));
        admin.Subcommands.Add(AuditCommand.Create(environment));
        admin.Subcommands.Add(BackupCommand.Backup(environment));
        admin.Subcommands.Add(BackupCommand.Restore(environment));
        admin.Subcommands.Add(BackupCommand.Check(environment));
        admin.Subcommands.Add(OrganizationCommand.Create(environment));
        admin.Subcommands.Add(DestinationCommand.Create(environment));
        admin.Subcommands.Add(SinkCommand.Create(environment));
        admin.Subcommands.Add(ResourceCommand.Create(environment));
        admin.Subcommands.Add(WorkCommand.Create(environment));
        admin.Subcommands.Add(ScanCommand.Create(environment));
        return admin;
    }

    /// <summary>A command that works on the store.</summary>
    public static Command Of(string name, string description, Func<string, string?> environment, IEnumerable<Symbol> symbols, Func<Node, ParseResult, TextWriter, CancellationToken, Task> run)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument) command.Arguments.Add(argument);
            else command.Options.Add((Option)symbol);
        }

        var options = new SettingOptions(command, UsedBy.Admin, environment);
        command.SetAction(async (parsed, cancel) =>
        {
            var settings = ServerSettings.From(options.Read(parsed), UsedBy.Admin);
            if (settings.IsEmbedded && !File.Exists(settings.Store["sqlite:".Length..])) throw new UnfinishedException($"there is no store at {settings.Store["sqlite:".Length..]}; 'vidimus serve' makes one, --store or --state names another");
            await using var node = await Node.OpenAsync(settings, cancel);
            await run(node, parsed, parsed.InvocationConfiguration.Output, cancel);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Notes what was done to an account, by whom of this machine, in the transaction that does it.</summary>
    public static Task AuditAsync(Session session, Node node, AccountEntry account, string operation, JsonObject request, CancellationToken cancel) => new AuditLog(session).AddAsync(
        new Scope(account.Tenant, account.Id, 0), node.Time.GetUtcNow(), $"{Environment.UserName} on {Environment.MachineName}", $"admin:{operation}", request.ToJsonString(), "done", cancel);

    /// <exception cref="UnfinishedException">There is no such account.</exception>
    public static async Task<AccountEntry> AccountAsync(Session session, string number, CancellationToken cancel) =>
        (await new IdentityStore(session).AccountsAsync(cancel)).Find(a => a.Number == number) ?? throw new UnfinishedException($"there is no account {number}; 'vidimus admin account list' shows those there are");
}
