using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Vidimus.Model.Files;
using Vidimus.Model.Push;
using Vidimus.Server.CommandLine;
using Vidimus.Server.Hosting;
using Vidimus.Server.Scans;
using Vidimus.Storage;

namespace Vidimus.Server.Admin;

/// <summary><c>admin scan add|list|run|remove</c></summary>
internal static class ScanCommand
{
    private static readonly string[] Prefixes = ["root:", "dir:", "tar:", "disk:", "zip:", "git:", "oci:", "docker-archive:", "sbom:/"];

    public static Command Create(Func<string, string?> environment)
    {
        var command = new Command("scan", "What the server scans itself");
        var target = new Argument<string>("TARGET") { Description = "As 'vidimus scan' has it, with its prefix: image:registry.example/app:1, dir:/srv/app, disk:/images/web.qcow2, host" };
        var name = new Option<string>("--as") { Description = "What it is known as: host, image, function or folder, with its id", HelpName = "KIND:ID", Required = true };
        var every = new Option<string?>("--every") { Description = "How often: 6h, 1d; without it, only when asked", HelpName = "TIME" };
        var machine = new Option<string?>("--node") { Description = "The machine that the target is on, for all but images in registries [this one]", HelpName = "NAME" };
        var where = new InAccount();
        command.Subcommands.Add(AdminCommand.Of("add", "Has the workers scan a target, now and by schedule", environment, [target, name, every, machine, .. where.Options],
            (node, parsed, output, cancel) => AddAsync(node, where, parsed, (parsed.GetRequiredValue(target), parsed.GetRequiredValue(name), parsed.GetValue(every), parsed.GetValue(machine)), output, cancel)));

        var listed = new InAccount();
        command.Subcommands.Add(AdminCommand.Of("list", "Shows what is scanned, and what came of it last", environment, listed.Options, (node, parsed, output, cancel) => ListAsync(node, listed, parsed, output, cancel)));

        var (run, runIn) = (Id(), new InAccount());
        command.Subcommands.Add(AdminCommand.Of("run", "Scans now", environment, [run, .. runIn.Options], (node, parsed, output, cancel) => ChangeAsync(node, runIn, parsed, run, "RunScan", async (session, scan) =>
        {
            await ScanHandler.QueueAsync(session, scan, WorkPriority.Asked, node.Time.GetUtcNow(), cancel);
            await output.WriteLineAsync($"{scan.Resource.Kind}:{scan.Resource.Id} is scanned as soon as a worker is free");
        }, cancel)));

        var (removed, removedIn) = (Id(), new InAccount());
        command.Subcommands.Add(AdminCommand.Of("remove", "Scans no more; what was found stays until 'admin resource end'", environment, [removed, .. removedIn.Options], (node, parsed, output, cancel) => ChangeAsync(node, removedIn, parsed, removed, "RemoveScan", async (session, scan) =>
        {
            await new ScanStore(session).RemoveAsync(scan.Scope, scan.Id, cancel);
            await output.WriteLineAsync($"{scan.Resource.Kind}:{scan.Resource.Id} is not scanned any more");
        }, cancel)));
        return command;
    }

    private static Argument<string> Id() => new("ID") { Description = "The number that 'list' shows" };

    private static async Task AddAsync(Node node, InAccount where, ParseResult parsed, (string Target, string Name, string? Every, string? Machine) asked, TextWriter output, CancellationToken cancel)
    {
        var isImage = asked.Target.StartsWith("image:", StringComparison.Ordinal);
        if (!isImage && asked.Target is not "host" && !Prefixes.Any(p => asked.Target.StartsWith(p, StringComparison.Ordinal))) throw new UsageException($"'{PathText.Display(asked.Target)}' is no target with its prefix, such as image:registry.example/app:1 or dir:/srv/app");
        if (asked.Name.Split(':', 2) is not [var kind, { Length: > 0 } id] || !ResourceKinds.All.Contains(kind)) throw new UsageException($"--as: '{PathText.Display(asked.Name)}' is not KIND:ID, the kind one of {string.Join(", ", ResourceKinds.All)}");
        TimeSpan? period = asked.Every is { } every ? PeriodOf(every) : null;

        var (account, scope) = await where.PutAsync(node, parsed, cancel);
        var machine = isImage ? "" : asked.Machine ?? Environment.MachineName;
        var number = await Conflicts.WriteAsync(node.Database, async session =>
        {
            var now = node.Time.GetUtcNow();
            var scans = new ScanStore(session);
            var put = await scans.PutAsync(scope, new(kind, id), asked.Target, machine, period, now, cancel);
            await ScanHandler.QueueAsync(session, (await scans.FindAsync(scope, put, cancel))!, WorkPriority.Asked, now, cancel);
            await AdminCommand.AuditAsync(session, node, account, "AddScan", new JsonObject { ["target"] = asked.Target, ["resource"] = asked.Name, ["every"] = asked.Every }, cancel);
            return put;
        }, cancel);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"scan {number}: {asked.Target} as {asked.Name}"));
    }

    private static async Task ListAsync(Node node, InAccount where, ParseResult parsed, TextWriter output, CancellationToken cancel)
    {
        await using var session = await node.Database.ReadAsync(cancel);
        var (_, scope) = await where.FindAsync(session, parsed, cancel);
        await output.WriteLineAsync($"{"ID",-6}  {"LAST",-16}  {"NEXT",-16}  RESOURCE  TARGET  OUTCOME");
        foreach (var scan in await new ScanStore(session).ListAsync(scope, cancel))
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{scan.Id,-6}  {Time(scan.Done),-16}  {Time(scan.Next),-16}  {scan.Resource.Kind}:{PathText.Display(scan.Resource.Id)}  {PathText.Display(scan.Target)}  {PathText.Display(scan.Outcome ?? "waiting")}"));
    }

    private static async Task ChangeAsync(Node node, InAccount where, ParseResult parsed, Argument<string> id, string operation, Func<Session, Scan, Task> change, CancellationToken cancel)
    {
        var number = WorkCommand.Number(parsed.GetRequiredValue(id));
        await using var session = await node.Database.WriteAsync(cancel);
        var (account, scope) = await where.FindAsync(session, parsed, cancel);
        var scan = await new ScanStore(session).FindAsync(scope, number, cancel) ?? throw new UnfinishedException($"there is no scan {number}");
        await change(session, scan);
        await AdminCommand.AuditAsync(session, node, account, operation, new JsonObject { ["resource"] = $"{scan.Resource.Kind}:{scan.Resource.Id}", ["target"] = scan.Target }, cancel);
        await session.CommitAsync(cancel);
    }

    private static string Time(DateTimeOffset? time) => time?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "-";

    private static TimeSpan PeriodOf(string text) =>
        SpanOf(text) is { } period && period >= TimeSpan.FromMinutes(1) ? period : throw new UsageException($"--every: '{text}' is not a time of a minute or more such as 30m, 6h or 1d");

    /// <summary><c>30m</c>, <c>6h</c>, <c>1d</c>; null for what is none.</summary>
    internal static TimeSpan? SpanOf(string text)
    {
        var number = text.Length > 1 && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var n) && n is > 0 and < 100_000 ? n : 0;
        return text.LastOrDefault() switch { 'm' => TimeSpan.FromMinutes(number), 'h' => TimeSpan.FromHours(number), 'd' => TimeSpan.FromDays(number), _ => null };
    }
}
