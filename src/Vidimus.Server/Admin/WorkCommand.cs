using System.CommandLine;
using System.Globalization;
using Vidimus.Findings;
using Vidimus.Fleet;
using Vidimus.Model.Files;
using Vidimus.Server.CommandLine;
using Vidimus.Server.Hosting;
using Vidimus.Storage;

namespace Vidimus.Server.Admin;

/// <summary><c>admin work list|replay</c></summary>
internal static class WorkCommand
{
    private const int Most = 1000;

    public static Command Create(Func<string, string?> environment)
    {
        var command = new Command("work", "Work in the background that was given up");
        var (account, region) = (Account(), Region());
        command.Subcommands.Add(AdminCommand.Of("list", "Shows it, with the last failure", environment, [account, region],
            (node, parsed, output, cancel) => ListAsync(node, parsed.GetValue(account), parsed.GetValue(region), output, cancel)));

        var ids = new Argument<string[]>("ID") { Description = "Numbers that 'list' shows; none for all", Arity = ArgumentArity.ZeroOrMore };
        var (of, there) = (Account(), Region());
        command.Subcommands.Add(AdminCommand.Of("replay", "Gives it another chance", environment, [ids, of, there],
            (node, parsed, output, cancel) => ReplayAsync(node, parsed.GetValue(of), parsed.GetValue(there), parsed.GetValue(ids) ?? [], output, cancel)));
        return command;
    }

    /// <exception cref="UsageException">It is none.</exception>
    public static long Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new UsageException($"'{text}' is not a number that 'list' or 'letters' shows");

    private static Option<string?> Account() => new("--account") { Description = "Of this account, with --region; without it, of the installation itself", HelpName = "NUMBER" };

    private static Option<string?> Region() => new("--region") { Description = "The account's region", HelpName = "REGION" };

    private static async Task ListAsync(Node node, string? account, string? region, TextWriter output, CancellationToken cancel)
    {
        await using var session = await node.Database.ReadAsync(cancel);
        var scope = await ScopeAsync(session, account, region, cancel);
        await output.WriteLineAsync($"{"ID",-10}  {"TOPIC",-18}  {"TRIES",5}  WHY");
        foreach (var dead in await new WorkQueue(session).DeadAsync(scope, Most, cancel))
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{dead.Id,-10}  {dead.Topic,-18}  {dead.Attempts,5}  {PathText.Display(dead.Error)}"));
    }

    private static async Task ReplayAsync(Node node, string? account, string? region, string[] ids, TextWriter output, CancellationToken cancel)
    {
        await using var session = await node.Database.WriteAsync(cancel);
        var scope = await ScopeAsync(session, account, region, cancel);
        var queue = new WorkQueue(session);
        long[] chosen = ids is [] ? [.. (await queue.DeadAsync(scope, Most, cancel)).Select(d => d.Id)] : [.. ids.Select(Number)];
        var count = await queue.ReplayAsync(scope, [.. chosen.Distinct()], node.Time.GetUtcNow(), cancel);
        await session.CommitAsync(cancel);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{count} units are done again"));
    }

    private static async Task<Scope> ScopeAsync(Session session, string? account, string? region, CancellationToken cancel) => (account, region) switch
    {
        (null, null) => FleetServices.Installation,
        ({ } number, { } name) => await new TenantStore(session).FindAsync((await AdminCommand.AccountAsync(session, number, cancel)).Number, name, cancel) ?? throw new UnfinishedException($"nothing was ever called in the region {name}"),
        _ => throw new UsageException("--account and --region go together"),
    };
}
