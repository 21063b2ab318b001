using System.Collections.Concurrent;
using Vidimus.Findings;

namespace Vidimus.Storage.Tests;

/// <summary>Work that is done exactly once.</summary>
public abstract class WorkQueueContract(ITestEngine engine) : StoreContract(engine)
{
    private Task<int> AddAsync(Scope scope, int priority, params string[] subjects) =>
        WriteAsync(s => new WorkQueue(s).AddAsync(scope, "scan", [.. subjects.Select(x => (x, $"payload of {x}"))], priority, Now, Cancel));

    private Task<IReadOnlyList<WorkUnit>> TakeAsync(int limit, DateTimeOffset now) => WriteAsync(s => new WorkQueue(s).TakeAsync("scan", limit, now, now.AddMinutes(1), Cancel));

    [Fact]
    public async Task TheSmallestPriorityGoesFirstAndWaitingUnitsAreNotDoubled()
    {
        Assert.Equal(2, await AddAsync(Mine, 5, "a", "b"));
        Assert.Equal(1, await AddAsync(Sibling, 5, "a"));
        Assert.Equal(1, await AddAsync(Mine, 1, "a", "c"));
        var taken = await TakeAsync(1, Now);
        Assert.Equal(("c", "payload of c", 1, Mine), (taken[0].Subject, taken[0].Payload, taken[0].Attempts, taken[0].Scope));

        // One that is being worked on may be asked for anew: what it is about may have changed meanwhile.
        Assert.Equal(1, await AddAsync(Mine, 9, "c"));
        Assert.Equal(4, (await TakeAsync(10, Now)).Count);
        Assert.Empty(await TakeAsync(10, Now));
    }

    [Fact]
    public async Task ALeaseThatEndedIsLost()
    {
        await AddAsync(Mine, 1, "a");
        var first = (await TakeAsync(1, Now))[0];
        Assert.Equal([first], await WriteAsync(s => new WorkQueue(s).RenewAsync([first], Now.AddMinutes(5), Cancel)));
        Assert.Empty(await TakeAsync(1, Now.AddMinutes(4)));
        var second = (await TakeAsync(1, Now.AddMinutes(6)))[0];
        Assert.Equal((first.Id, 2), (second.Id, second.Attempts));

        await Assert.ThrowsAsync<LeaseLostException>(() => WriteAsync(s => new WorkQueue(s).CompleteAsync(first, Cancel)));
        await Assert.ThrowsAsync<LeaseLostException>(() => WriteAsync(s => new WorkQueue(s).RenewAsync(first, Now.AddHours(1), Cancel)));
        Assert.Equal([second], await WriteAsync(s => new WorkQueue(s).RenewAsync([first, second], Now.AddHours(1), Cancel)));
        await WriteAsync(s => new WorkQueue(s).CompleteAsync(second, Cancel));
        Assert.Empty(await TakeAsync(1, Now.AddDays(1)));
    }

    [Fact]
    public async Task WhatFailsIsTriedAgainThenSeenAndReplayed()
    {
        await AddAsync(Mine, 1, "a");
        var unit = (await TakeAsync(1, Now))[0];
        await WriteAsync(s => new WorkQueue(s).FailAsync(unit, "torn", Now.AddMinutes(10), Cancel));
        Assert.Empty(await TakeAsync(1, Now.AddMinutes(9)));
        unit = (await TakeAsync(1, Now.AddMinutes(10)))[0];
        await WriteAsync(s => new WorkQueue(s).FailAsync(unit, "torn again", null, Cancel));
        Assert.Empty(await TakeAsync(1, Now.AddDays(1)));

        var dead = Assert.Single(await ReadAsync(s => new WorkQueue(s).DeadAsync(Mine, 10, Cancel)));
        Assert.Equal(("a", 2, "torn again"), (dead.Subject, dead.Attempts, dead.Error));
        Assert.Equal(1, await WriteAsync(s => new WorkQueue(s).ReplayAsync(Mine, [dead.Id], Now.AddDays(2), Cancel)));
        Assert.Single(await TakeAsync(1, Now.AddDays(2)));
    }

    /// <summary>What was taken, put off or brought while the clock was a day ahead is not left lying for a day.</summary>
    [Fact]
    public async Task AClockThatIsSetBackHoldsNothingUp()
    {
        await AddAsync(Mine, 1, "taken", "failed");
        var units = await TakeAsync(2, Now.AddDays(1));
        await WriteAsync(s => new WorkQueue(s).FailAsync(units.Single(u => u.Subject == "failed"), "error", Now.AddDays(1).AddMinutes(30), Cancel));
        await WriteAsync(s => new WorkQueue(s).AddAsync(Mine, "scan", [("brought", "")], 1, Now.AddDays(1), Cancel));
        var again = await TakeAsync(9, Now);
        Assert.Equal(["brought", "failed", "taken"], again.Select(u => u.Subject).Order());
        await Assert.ThrowsAsync<LeaseLostException>(() => WriteAsync(s => new WorkQueue(s).CompleteAsync(units.Single(u => u.Subject == "taken"), Cancel)));

        // Clocks of nodes that are a little apart take nothing from each other.
        Assert.Empty(await TakeAsync(9, Now.AddMinutes(-30)));
    }

    [Fact]
    public async Task WhatIsHandedBackWasNotTried()
    {
        await AddAsync(Mine, 1, "a");
        var unit = (await TakeAsync(1, Now))[0];
        await WriteAsync(s => new WorkQueue(s).HandBackAsync(unit, Now.AddMinutes(3), Cancel));
        Assert.Empty(await TakeAsync(1, Now.AddMinutes(2)));
        var again = (await TakeAsync(1, Now.AddMinutes(3)))[0];
        Assert.Equal((1, unit.Lease + 1), (again.Attempts, again.Lease));
        await Assert.ThrowsAsync<LeaseLostException>(() => WriteAsync(s => new WorkQueue(s).CompleteAsync(unit, Cancel)));
    }

    /// <summary>Two accounts have brought 5,000 units each when a third brings ten: it waits for one of each of the others for every one of its own.</summary>
    [Fact]
    public async Task NoAccountStarvesAnother()
    {
        await AddAsync(Mine, 10, [.. Enumerable.Range(0, 5000).Select(i => $"{i}")]);
        await AddAsync(Sibling, 10, [.. Enumerable.Range(0, 5000).Select(i => $"{i}")]);
        for (var i = 0; i < 50; i++) await DoAsync(20);

        await AddAsync(Foreign, 10, [.. Enumerable.Range(0, 10).Select(i => $"{i}")]);
        var next = await DoAsync(60);
        var last = Array.FindLastIndex([.. next], u => u.Scope == Foreign);
        Assert.Equal(10, next.Count(u => u.Scope == Foreign));
        Assert.InRange(last, 10, 35);
        Assert.InRange(next.Take(30).Count(u => u.Scope == Mine), 8, 12);

        // A unit that somebody waits for goes before all of them.
        await AddAsync(Mine, 0, "now");
        Assert.Equal("now", (await DoAsync(1))[0].Subject);
    }

    private Task<IReadOnlyList<WorkUnit>> DoAsync(int count) => WriteAsync(async s =>
    {
        var units = await new WorkQueue(s).TakeAsync([new("scan", count)], count, Now, Now.AddMinutes(1), Cancel);
        foreach (var unit in units) await new WorkQueue(s).CompleteAsync(unit, Cancel);
        return units;
    });

    [Fact]
    public async Task TopicsTakeTurnsAndKeepToTheirRoom()
    {
        await AddAsync(Mine, 10, [.. Enumerable.Range(0, 100).Select(i => $"{i}")]);
        await WriteAsync(s => new WorkQueue(s).AddAsync(Mine, "report", [("r1", ""), ("r2", "")], 10, Now, Cancel));
        await WriteAsync(s => new WorkQueue(s).AddAsync(Mine, "urgent", [("u", "")], 0, Now, Cancel));
        var units = await WriteAsync(s => new WorkQueue(s).TakeAsync([new("scan", 3), new("report", 9), new("urgent", 1)], 5, Now, Now.AddMinutes(1), Cancel));
        Assert.Equal(["urgent", "scan", "report", "scan", "report"], units.Select(u => u.Topic));
        Assert.Equal(3, (await WriteAsync(s => new WorkQueue(s).TakeAsync([new("scan", 3)], 50, Now, Now.AddMinutes(1), Cancel))).Count);
    }

    [Fact]
    public async Task WhatRecursIsDoneOnceInAPeriod()
    {
        var period = TimeSpan.FromHours(1);
        Task<bool> AskAsync(DateTimeOffset at) => WriteAsync(s => new Schedule(s).TakeAsync("roll", period, at, Cancel));
        Task<IReadOnlyList<string>> DueAsync(DateTimeOffset at) => ReadAsync(s => new Schedule(s).DueAsync([("roll", period), ("other", period)], at, Cancel));
        Assert.Equal(["other", "roll"], (await DueAsync(Now)).Order());
        var asked = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => AskAsync(Now)));
        Assert.Single(asked, true);
        Assert.Equal(["other"], await DueAsync(Now.AddMinutes(59)));
        Assert.False(await AskAsync(Now.AddMinutes(59)));

        // Three days asleep are one turn, not 72.
        Assert.True(await AskAsync(Now.AddDays(3)));
        Assert.False(await AskAsync(Now.AddDays(3)));

        // The clock was set back by a year.
        Assert.Contains("roll", await DueAsync(Now.AddYears(-1)));
        Assert.True(await AskAsync(Now.AddYears(-1)));
        Assert.False(await AskAsync(Now.AddYears(-1).AddMinutes(1)));
    }

    /// <summary>Eight workers on 160 units; some give up in the middle of their transaction, some let their lease run out. Each unit's effect is there once.</summary>
    [Fact]
    public async Task ManyWorkersDoEachUnitOnce()
    {
        await AddAsync(Mine, 1, [.. Enumerable.Range(0, 160).Select(i => $"u{i:d3}")]);
        var done = new ConcurrentBag<string>();
        var minutes = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 8), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancel }, async (worker, _) =>
        {
            var random = new Random(worker);
            for (var idle = 0; idle < 3;)
            {
                // Every look is two minutes later, so that leases of one minute end.
                var units = await TakeAsync(1 + random.Next(9), Now.AddMinutes(2 * Interlocked.Increment(ref minutes)));
                idle = units.Count == 0 ? idle + 1 : 0;
                foreach (var unit in units)
                {
                    await using var session = await Database.WriteAsync(Cancel);
                    try
                    {
                        await new WorkQueue(session).CompleteAsync(unit, Cancel);
                        await new AuditLog(session).AddAsync(unit.Scope, Now, "worker", "did", unit.Subject, "ok", Cancel);
                        if (random.Next(8) == 0) continue;
                        await session.CommitAsync(Cancel);
                        done.Add(unit.Subject);
                    }
                    catch (LeaseLostException)
                    {
                        // Another has it.
                    }
                }
            }
        });

        Assert.Empty(await TakeAsync(10, Now.AddYears(1)));
        var effects = (await ReadAsync(s => new AuditLog(s).ReadAsync(Mine, 0, 1000, Cancel))).Select(e => e.Request).ToArray();
        Assert.Equal(160, effects.Distinct().Count());
        Assert.Equal(effects.Order(), done.Order());
    }

    [Fact]
    public async Task WhoWaitsIsWoken()
    {
        var waiting = Database.WaitAsync("work", TimeSpan.FromSeconds(30), Cancel);
        while (!waiting.IsCompleted)
        {
            await AddAsync(Mine, 1, Guid.NewGuid().ToString());
            await Task.WhenAny(waiting, Task.Delay(100, Cancel));
        }

        Assert.True(await waiting);
        Assert.False(await Database.WaitAsync("nothing", TimeSpan.FromMilliseconds(50), Cancel));
    }
}

public sealed class SqliteWorkQueueTests() : WorkQueueContract(new SqliteFile());

public sealed class PostgresWorkQueueTests(PostgresServer server) : WorkQueueContract(server);
