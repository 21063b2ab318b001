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
        await WriteAsync(s => new WorkQueue(s).RenewAsync(first, Now.AddMinutes(5), Cancel));
        Assert.Empty(await TakeAsync(1, Now.AddMinutes(4)));
        var second = (await TakeAsync(1, Now.AddMinutes(6)))[0];
        Assert.Equal((first.Id, 2), (second.Id, second.Attempts));

        await Assert.ThrowsAsync<LeaseLostException>(() => WriteAsync(s => new WorkQueue(s).CompleteAsync(first, Cancel)));
        await Assert.ThrowsAsync<LeaseLostException>(() => WriteAsync(s => new WorkQueue(s).RenewAsync(first, Now.AddHours(1), Cancel)));
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

    /// <summary>Eight workers on 400 units; some give up in the middle of their transaction, some let their lease run out. Each unit's effect is there once.</summary>
    [Fact]
    public async Task ManyWorkersDoEachUnitOnce()
    {
        await AddAsync(Mine, 1, [.. Enumerable.Range(0, 400).Select(i => $"u{i:d3}")]);
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
        Assert.Equal(400, effects.Distinct().Count());
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
