using Vidimus.Findings;

namespace Vidimus.Storage.Tests;

/// <summary>Events are told to every sink, in order, none lost and none invented.</summary>
public abstract class SinkContract(ITestEngine engine) : StoreContract(engine)
{
    private static SinkDefinition Definition(string name, bool wide = false) => new(name, "webhook", "eventbridge", [EventKind.Finding, EventKind.Coverage], wide, "https://example.org/", [1, 2, 3]);

    private Task<bool> RegisterAsync(Scope scope, SinkDefinition sink) => WriteAsync(s => new SinkStore(s).RegisterAsync(scope, sink, Now, Cancel));

    private async Task PublishAsync(int limit = 1000)
    {
        while (await WriteAsync(s => new Outbox(s).PublishAsync(limit, Cancel)) > 0) { }
    }

    private Task<IReadOnlyList<Sink>> TakeAsync(DateTimeOffset now) => WriteAsync(s => new SinkStore(s).TakeAsync(10, now, now.AddMinutes(1), Cancel));

    private Task<EventPage> AfterAsync(Sink sink, int limit = 1000) => ReadAsync(s => new EventLog(s).AfterAsync(sink.Scope, sink.Definition.Wide, sink.Position, limit, Cancel));

    private Task<bool> AdvanceAsync(Sink sink, long position, DateTimeOffset? ready = null, params (long, string)[] refused) =>
        WriteAsync(s => new SinkStore(s).AdvanceAsync(sink, new(position, 1, 0, null, ready ?? Now, refused, []), Now, Cancel));

    [Fact]
    public async Task AnEventTellsWhatTheFindingWasThen()
    {
        await RegisterAsync(Mine, Definition("hook"));
        var resource = (await ResourcesAsync(Mine, 1))[0];
        var opened = await ObserveAsync(Mine, resource, Now, (1, Facts(FindingSeverity.Low, evidence: 7)));
        await ObserveAsync(Mine, resource, Now.AddHours(1), (1, Facts(FindingSeverity.Critical, evidence: 8)));
        await ObserveAsync(Mine, resource, Now.AddHours(2));
        await PublishAsync();

        var sink = Assert.Single(await TakeAsync(Now));
        Assert.Equal("hook", sink.Definition.Name);
        Assert.Equal([1, 2, 3], sink.Definition.Secret!);
        var events = (await AfterAsync(sink)).Events;
        Assert.Equal((FindingEvent[])
        [
            new(opened[0].After.Id, FindingCause.Opened, null, FindingStatus.Active, Facts(FindingSeverity.Low, evidence: 7), null),
            new(opened[0].After.Id, FindingCause.Updated, FindingStatus.Active, FindingStatus.Active, Facts(FindingSeverity.Critical, evidence: 8), null),
            new(opened[0].After.Id, FindingCause.Closed, FindingStatus.Active, FindingStatus.Closed, Facts(FindingSeverity.Critical, evidence: 8), null),
        ], events.Select(e => e.Finding!));
        Assert.All(events, e => Assert.Equal((Mine, EventKind.Finding, resource), (e.Scope, e.Kind, e.Resource)));
        Assert.Equal([Now, Now.AddHours(1), Now.AddHours(2)], events.Select(e => e.At));
    }

    [Fact]
    public async Task ALeaseIsKeptAndLostAndNoClockHoldsASink()
    {
        await RegisterAsync(Mine, Definition("hook"));
        await ObserveAsync(Mine, (await ResourcesAsync(Mine, 1))[0], Now, (1, Facts()));
        await PublishAsync();
        Task<bool> RenewAsync(Sink sink, DateTimeOffset until) => WriteAsync(s => new SinkStore(s).RenewAsync(sink, until, Cancel));

        var first = Assert.Single(await TakeAsync(Now));
        Assert.True(await RenewAsync(first, Now.AddMinutes(3)));
        Assert.Empty(await TakeAsync(Now.AddMinutes(2)));
        var second = Assert.Single(await TakeAsync(Now.AddMinutes(3)));
        Assert.False(await RenewAsync(first, Now.AddMinutes(9)));
        Assert.False(await AdvanceAsync(first, first.Position));
        Assert.Empty(await TakeAsync(Now)); // clocks of nodes are a little apart

        // Held, and then put off, while the clock was two days ahead.
        Assert.True(await RenewAsync(second, Now.AddDays(2)));
        var third = Assert.Single(await TakeAsync(Now));
        Assert.True(await AdvanceAsync(third, third.Position, Now.AddDays(2)));
        Assert.False(await RenewAsync(third, Now.AddMinutes(1)));
        Assert.Single(await TakeAsync(Now));
    }

    [Fact]
    public async Task ScansAndCoverageAreTold()
    {
        await RegisterAsync(Mine, Definition("hook"));
        var resources = await ResourcesAsync(Mine, 2);
        await WriteAsync(s => new ResourceStore(s).ScannedAsync(Mine, [resources[0]], Now, Cancel));
        await WriteAsync(s => new ResourceStore(s).ScannedAsync(Mine, resources, Now.AddHours(1), Cancel));
        await WriteAsync(s => new ResourceStore(s).SetStatusAsync(Mine, resources, ScanStatus.Successful, Now.AddHours(2), Cancel));
        await WriteAsync(s => new ResourceStore(s).SetStatusAsync(Mine, [resources[1]], ScanStatus.Terminated, Now.AddHours(3), Cancel));
        await WriteAsync(s => new Outbox(s).AddAsync(Mine, EventKind.AutoEnable, ["""{"a":1}"""], Now.AddHours(4), Cancel));
        await PublishAsync();

        var events = (await AfterAsync(Assert.Single(await TakeAsync(Now)))).Events;
        Assert.Equal(((EventKind, long, DateTimeOffset, ScanStatus?, string?)[])
        [
            (EventKind.Coverage, resources[0], Now, ScanStatus.Successful, ScanStatus.Successful.Reason),
            (EventKind.Scan, resources[0], Now, null, null),
            (EventKind.Coverage, resources[1], Now.AddHours(1), ScanStatus.Successful, ScanStatus.Successful.Reason),
            (EventKind.Scan, resources[1], Now.AddHours(1), null, null),
            (EventKind.Coverage, resources[1], Now.AddHours(3), ScanStatus.Terminated, ScanStatus.Terminated.Reason),
            (EventKind.AutoEnable, 0, Now.AddHours(4), null, """{"a":1}"""),
        ], events.Select(e => (e.Kind, e.Resource, e.At, e.Status, e.Body)));
    }

    [Fact]
    public async Task EachSinkHasItsOwnPlace()
    {
        await RegisterAsync(Mine, Definition("mine"));
        await RegisterAsync(Mine, Definition("all", wide: true));
        await RegisterAsync(Foreign, Definition("foreign", wide: true));
        Assert.False(await RegisterAsync(Mine, Definition("mine")));
        await ObserveAsync(Mine, (await ResourcesAsync(Mine, 1))[0], Now, (1, Facts()), (2, Facts()));
        await ObserveAsync(Sibling, (await ResourcesAsync(Sibling, 1))[0], Now, (1, Facts()));
        await PublishAsync(limit: 1);

        // The foreign tenant has no event and is not taken.
        var taken = (await TakeAsync(Now)).ToDictionary(s => s.Definition.Name);
        Assert.Equal(["all", "mine"], taken.Keys.Order());
        Assert.Equal([Mine, Mine], (await AfterAsync(taken["mine"])).Events.Select(e => e.Scope));
        Assert.Equal([Mine, Mine, Sibling], (await AfterAsync(taken["all"])).Events.Select(e => e.Scope));
        Assert.Empty(await TakeAsync(Now));

        // Pages go on over what the sink may not see.
        var page = await AfterAsync(taken["mine"], limit: 2);
        Assert.Equal(2, page.Events.Count);
        var rest = await ReadAsync(s => new EventLog(s).AfterAsync(Mine, false, page.Position, 2, Cancel));
        Assert.Empty(rest.Events);
        Assert.True(rest.Position > page.Position);

        // One is done, the other waits; nothing is trimmed that one still has to hear.
        Assert.True(await AdvanceAsync(taken["mine"], rest.Position));
        Assert.True(await AdvanceAsync(taken["all"], page.Position, Now.AddMinutes(10)));
        Assert.Empty(await TakeAsync(Now.AddMinutes(9)));
        Assert.Equal(2, await WriteAsync(s => new EventLog(s).TrimAsync(100, Cancel)));
        var again = Assert.Single(await TakeAsync(Now.AddMinutes(10)));
        Assert.Equal(Sibling, Assert.Single((await AfterAsync(again)).Events).Scope);

        // A sender whose lease ended moves nothing.
        var later = Assert.Single(await TakeAsync(Now.AddMinutes(12)));
        Assert.False(await AdvanceAsync(again, rest.Position));
        Assert.True(await AdvanceAsync(later, rest.Position));
        Assert.Equal(1, await WriteAsync(s => new EventLog(s).TrimAsync(100, Cancel)));
        Assert.Equal(2, (await ReadAsync(s => new SinkStore(s).ListAsync(Mine, Cancel))).Count);
    }

    [Fact]
    public async Task WhatASinkRefusesIsKeptAndReplayed()
    {
        await RegisterAsync(Mine, Definition("hook"));
        await ObserveAsync(Mine, (await ResourcesAsync(Mine, 1))[0], Now, (1, Facts()), (2, Facts()));
        await PublishAsync();
        var sink = Assert.Single(await TakeAsync(Now));
        var page = await AfterAsync(sink);
        await AdvanceAsync(sink, page.Position, Now, (page.Events[0].Id, "400 Bad Request"));
        Assert.Empty(await TakeAsync(Now));
        Assert.Equal(1, await WriteAsync(s => new EventLog(s).TrimAsync(100, Cancel)));

        var letter = Assert.Single(await ReadAsync(s => new SinkStore(s).LettersAsync(Mine, 10, Cancel)));
        Assert.Equal(("400 Bad Request", page.Events[0]), (letter.Error, letter.Event));
        Assert.Equal(1, await WriteAsync(s => new SinkStore(s).ReplayAsync(Mine, "hook", [letter.Event.Id], Cancel)));
        sink = Assert.Single(await TakeAsync(Now));
        var replays = await ReadAsync(s => new SinkStore(s).ReplaysAsync(sink, 10, Cancel));
        Assert.Equal(page.Events[0], Assert.Single(replays).Event);
        Assert.True(await WriteAsync(s => new SinkStore(s).AdvanceAsync(sink, new(sink.Position, 1, 0, null, Now, [], [letter.Event.Id]), Now, Cancel)));
        Assert.Empty(await ReadAsync(s => new SinkStore(s).LettersAsync(Mine, 10, Cancel)));
        Assert.Equal(1, await WriteAsync(s => new EventLog(s).TrimAsync(100, Cancel)));
    }

    [Fact]
    public async Task OldLettersAreForgotten()
    {
        await RegisterAsync(Mine, Definition("hook"));
        await ObserveAsync(Mine, (await ResourcesAsync(Mine, 1))[0], Now, (1, Facts()));
        await PublishAsync();
        var sink = Assert.Single(await TakeAsync(Now));
        var page = await AfterAsync(sink);
        await AdvanceAsync(sink, page.Position, Now, (page.Position, "no"));
        Assert.Equal(0, await WriteAsync(s => new SinkStore(s).ForgetAsync(Now, 10, Cancel)));
        Assert.Equal(1, await WriteAsync(s => new SinkStore(s).ForgetAsync(Now.AddSeconds(1), 10, Cancel)));
        Assert.Equal(1, await WriteAsync(s => new SinkStore(s).RemoveAsync(Mine, "hook", Cancel)));
    }

    /// <summary>Eight writers on few resources while two publish and one follows: every change is in the log once, and each finding's in the order of its history.</summary>
    [Fact]
    public async Task TheLogHasEveryChangeOnceAndInOrder()
    {
        await RegisterAsync(Mine, Definition("hook"));
        var resources = await ResourcesAsync(Mine, 4);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var publishers = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            while (!done.IsCancellationRequested || await WriteAsync(s => new Outbox(s).PublishAsync(3, Cancel)) > 0) await WriteAsync(s => new Outbox(s).PublishAsync(3, Cancel));
        }, Cancel)).ToArray();

        var heard = new List<StoredEvent>();
        var following = Task.Run(async () =>
        {
            for (var last = false; !last;)
            {
                last = done.IsCancellationRequested && publishers.All(p => p.IsCompleted);
                while (await ReadAsync(s => new EventLog(s).AfterAsync(Mine, false, heard.Count == 0 ? 0 : heard[^1].Id, 7, Cancel)) is { Events.Count: > 0 } page) heard.AddRange(page.Events);
                await Task.Delay(1, Cancel);
            }
        }, Cancel);

        var clock = 0L;
        await Parallel.ForEachAsync(Enumerable.Range(0, 8), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancel }, async (writer, _) =>
        {
            var random = new Random(writer);
            for (var i = 0; i < 15; i++)
            {
                var observed = Enumerable.Range(1, 5).Where(_ => random.Next(2) == 0).Select(v => ((long)v, Facts((FindingSeverity)random.Next(6)))).ToArray();
                await ObserveAsync(Mine, resources[random.Next(4)], Now.AddMilliseconds(Interlocked.Increment(ref clock)), observed);
            }
        });
        await done.CancelAsync();
        await Task.WhenAll(publishers);
        await following;

        var history = await ReadAsync(s => s.QueryAsync("select finding, cause, at_ms from finding_history order by id", r => (r.GetInt64(0), Convert.ToInt32(r.GetValue(1)), r.GetInt64(2)), Cancel));
        var told = heard.Select(e => (e.Finding!.Finding, (int)e.Finding.Cause, e.At.ToUnixTimeMilliseconds())).ToList();
        Assert.Equal(history.Order(), told.Order());
        Assert.Equal(history.GroupBy(h => h.Item1).OrderBy(g => g.Key).SelectMany(g => g), told.GroupBy(h => h.Item1).OrderBy(g => g.Key).SelectMany(g => g));
    }

    [Fact]
    public async Task WhereNobodyListensNothingIsKept()
    {
        await ObserveAsync(Mine, (await ResourcesAsync(Mine, 1))[0], Now, (1, Facts()));
        await PublishAsync();
        Assert.Equal(0, (await ReadAsync(s => s.QueryAsync("select (select count(*) from outbox) + (select count(*) from event)", r => r.GetInt64(0), Cancel)))[0]);
    }
}

public sealed class SqliteSinkTests() : SinkContract(new SqliteFile());

public sealed class PostgresSinkTests(PostgresServer server) : SinkContract(server);
