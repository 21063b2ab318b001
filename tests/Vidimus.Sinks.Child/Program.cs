using System.Globalization;
using System.Text;
using Vidimus.Findings;
using Vidimus.Fleet.Work;
using Vidimus.Sinks;
using Vidimus.Storage;

// TARGET [SEED]: works on a store (sqlite:PATH or postgres:CONNECTION) as a node does until it is ended: units of "ingest" open ten findings of a resource and queue a unit of "book", which closes five of them;
// counters are rolled up, the log trimmed, and every event told to the sinks that are registered (files). Says each unit after its commit, what failed, and "idle" when nothing is left.
// With SEED, its clock jumps by days.
var target = args[0];
await using IDatabase database = target.StartsWith("sqlite:", StringComparison.Ordinal) ? await SqliteDatabase.OpenAsync(target[7..], default) : new PostgresDatabase(target[9..]);
var time = args.Length > 1 ? new JumpingTime(int.Parse(args[1], CultureInfo.InvariantCulture)) : TimeProvider.System;
Console.WriteLine("ready");

var chores = Chore.Housekeeping(database, time);
IWorkHandler[] handlers =
[
    new Observing("ingest", 1, "book"), new Observing("book", 6, null), .. chores,
];
var options = new WorkerOptions { Parallel = 4, Lease = TimeSpan.FromSeconds(2), Poll = TimeSpan.FromMilliseconds(100), Attempts = 1000, Backoff = new(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(500)) };
using var box = new SecretBox(new byte[SecretBox.KeyLength]);
var worker = new Worker(database, handlers, options, time, f => Console.WriteLine($"failed {f.Unit}: {f.Error.GetType().Name}: {f.Error.Message}"));
var scheduler = new Scheduler(database, [.. chores.Select(c => c.Recurring with { Period = TimeSpan.FromMilliseconds(300) })], time);
var sender = new EventSender(database, new LogForms(), [new NdjsonFile(1 << 20, 20)], box, time, f => Console.WriteLine($"failed {f.Sink}: {f.Error}")) { Lease = TimeSpan.FromSeconds(2) };
await Task.WhenAll(Task.Run(() => worker.RunAsync(default)), Task.Run(() => Again(scheduler.RunAsync)), Task.Run(() => sender.RunAsync(default)), Task.Run(() => Again(SayIdleAsync)));

static async Task Again(Func<CancellationToken, Task> run)
{
    while (true)
    {
        try
        {
            await run(default);
        }
        catch (System.Data.Common.DbException e)
        {
            Console.WriteLine($"failed: {e.Message}");
            await Task.Delay(200);
        }
    }
}

async Task SayIdleAsync(CancellationToken cancel)
{
    const string left = """
        select (select count(*) from work where topic in ('ingest', 'book')) + (select count(*) from outbox) + (select count(*) from sink join event on event.id > sink.position)
        """;
    while (true)
    {
        await using (var session = await database.ReadAsync(cancel))
        {
            if ((await session.QueryAsync(left, r => r.GetInt64(0), cancel))[0] == 0) Console.WriteLine("idle");
        }

        await Task.Delay(100, cancel);
    }
}

/// <summary>Observes the vulnerabilities from a number to ten on a resource.</summary>
internal sealed class Observing(string topic, int from, string? next) : IWorkHandler
{
    public string Topic => topic;

    public int Parallel => 3;

    public async Task HandleAsync(HeldWork work, CancellationToken cancel)
    {
        var resource = long.Parse(work.Unit.Subject, CultureInfo.InvariantCulture);
        await work.CommitAsync(async session =>
        {
            var findings = new FindingStore(session);
            var previous = await findings.OfResourceAsync(work.Unit.Scope, resource, FindingKind.Package, cancel);
            var observed = Enumerable.Range(from, 11 - from).Select(v => new Observation(new(resource, FindingKind.Package, v), new(FindingSeverity.High, 9.8, FixAvailable.Yes, 1)));
            await findings.WriteAsync(FindingState.Observe(previous, observed, TimeProvider.System.GetUtcNow()), cancel);
            if (next is not null) await new WorkQueue(session).AddAsync(work.Unit.Scope, next, [(work.Unit.Subject, "")], WorkPriority.Changed, TimeProvider.System.GetUtcNow(), cancel);
        }, cancel);
        Console.WriteLine($"{topic} {resource}");
    }
}

/// <summary>A clock that is right, a day ahead or a day behind, another every half second.</summary>
internal sealed class JumpingTime(int seed) : TimeProvider
{
    public override DateTimeOffset GetUtcNow()
    {
        var now = base.GetUtcNow();
        return now.AddDays((int)((ulong)((now.ToUnixTimeMilliseconds() / 500) + seed) * 0x9E3779B97F4A7C15 >> 40) % 3 - 1);
    }
}

/// <summary>What the log has of an event.</summary>
internal sealed class LogForms : IEventForms
{
    public IReadOnlyList<string> Names => ["plain"];

    public bool Tells(string form, EventKind kind) => true;

    public Task<IReadOnlyList<EventText?>> WriteAsync(Session session, string form, IReadOnlyList<StoredEvent> events, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<EventText?>>([.. events.Select(e => new EventText(e.Id, $"{e.Id}", "", e.At, "", null, Encoding.UTF8.GetBytes($$"""{"event":{{e.Id}},"finding":{{e.Finding!.Finding}},"cause":"{{e.Finding.Cause}}"}""")))]);
}
