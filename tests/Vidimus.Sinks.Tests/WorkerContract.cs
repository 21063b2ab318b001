using System.Collections.Concurrent;
using Vidimus.Findings;
using Vidimus.Fleet.Work;
using Vidimus.Storage;
using Vidimus.Storage.Tests;

namespace Vidimus.Sinks.Tests;

/// <summary>Workers over a real queue.</summary>
public abstract class WorkerContract(ITestEngine engine) : StoreContract(engine)
{
    private readonly ConcurrentQueue<WorkFailure> failures = new();

    private static WorkerOptions Options { get; } = new()
    {
        Parallel = 4, Lease = TimeSpan.FromSeconds(3), Poll = TimeSpan.FromMilliseconds(100), Attempts = 4, Backoff = new(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(50)), Grace = TimeSpan.FromSeconds(1),
    };

    private sealed class Handler(string topic, int parallel, Func<HeldWork, CancellationToken, Task> handle) : IWorkHandler
    {
        public string Topic => topic;

        public int Parallel => parallel;

        public Task HandleAsync(HeldWork work, CancellationToken cancel) => handle(work, cancel);
    }

    private Worker Worker(params IWorkHandler[] handlers) => new(Database, handlers, Options, TimeProvider.System, failures.Enqueue);

    private Task AddAsync(string topic, params string[] subjects) => WriteAsync(s => new WorkQueue(s).AddAsync(Mine, topic, [.. subjects.Select(x => (x, ""))], WorkPriority.Changed, Now.AddYears(-1), Cancel));

    private async Task<long> CountAsync(string sql) => (await ReadAsync(s => s.QueryAsync(sql, r => r.GetInt64(0), Cancel)))[0];

    /// <summary>Runs workers until a condition holds, at most half a minute, then stops them.</summary>
    private static async Task RunAsync(IReadOnlyList<Worker> workers, Func<Task<bool>> until)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = workers.Select(w => Task.Run(() => w.RunAsync(stop.Token), Cancel)).ToList();
        for (var i = 0; i < 600 && !await until(); i++) await Task.Delay(50, Cancel);
        await stop.CancelAsync();
        await Task.WhenAll(running);
    }

    [Fact]
    public async Task EveryUnitTakesEffectOnceThoughHandlersFail()
    {
        await AddAsync("t", [.. Enumerable.Range(0, 120).Select(i => $"{i}")]);
        var random = new Random(1);
        int Roll()
        {
            lock (random) return random.Next(6);
        }

        IWorkHandler handler = new Handler("t", 3, async (work, cancel) =>
        {
            if (work.Unit.Attempts < Options.Attempts && Roll() == 0) throw new TimeoutException("before");
            await work.CommitAsync(async s =>
            {
                await new AuditLog(s).AddAsync(Mine, Now, "w", "did", work.Unit.Subject, "ok", cancel);
                if (work.Unit.Attempts < Options.Attempts && Roll() == 0) throw new TimeoutException("in the transaction");
            }, cancel);
        });
        await RunAsync([Worker(handler), Worker(handler), Worker(handler)], async () => await CountAsync("select count(*) from work") == 0);

        var done = (await ReadAsync(s => new AuditLog(s).ReadAsync(Mine, 0, 1000, Cancel))).Select(e => e.Request).ToArray();
        Assert.Equal(120, done.Length);
        Assert.Equal(120, done.Distinct().Count());
        Assert.NotEmpty(failures);
        Assert.DoesNotContain(failures, f => f.IsDead);
    }

    [Fact]
    public async Task WhatNeverSucceedsIsGivenUpAndTheRestGoesOn()
    {
        await AddAsync("t", "bad", "senseless", "good");
        var tried = new ConcurrentBag<string>();
        var handler = new Handler("t", 2, (work, _) =>
        {
            tried.Add(work.Unit.Subject);
            return work.Unit.Subject switch { "bad" => throw new TimeoutException("always"), "senseless" => throw new InvalidDataException("no such thing"), _ => Task.CompletedTask };
        });
        await RunAsync([Worker(handler)], async () => await CountAsync("select count(*) from work where dead = 0") == 0);
        var dead = await ReadAsync(s => new WorkQueue(s).DeadAsync(Mine, 10, Cancel));
        Assert.Equal([("bad", Options.Attempts, "TimeoutException: always"), ("senseless", 1, "InvalidDataException: no such thing")], dead.Select(d => (d.Subject, d.Attempts, d.Error)));
        Assert.Equal((Options.Attempts, 1, 1), (tried.Count(t => t == "bad"), tried.Count(t => t == "senseless"), tried.Count(t => t == "good")));
    }

    /// <summary>A unit that ends each worker that takes it: the next one does not try.</summary>
    [Fact]
    public async Task PoisonIsNotTriedForEver()
    {
        await AddAsync("t", "poison");
        for (var i = 0; i < Options.Attempts; i++)
            Assert.Single(await WriteAsync(s => new WorkQueue(s).TakeAsync("t", 1, Now.AddMinutes(i), Now.AddMinutes(i + 0.5), Cancel)));
        await WriteAsync(s => s.ExecuteAsync("update work set ready_ms = 0", Cancel));
        var tried = 0;
        await RunAsync([Worker(new Handler("t", 1, (_, _) => Task.FromResult(Interlocked.Increment(ref tried))))], async () => await CountAsync("select count(*) from work where dead = 1") == 1);
        Assert.Equal(0, tried);
        Assert.Contains("ended in the middle", Assert.Single(await ReadAsync(s => new WorkQueue(s).DeadAsync(Mine, 10, Cancel))).Error);
    }

    [Fact]
    public async Task ALongUnitKeepsItsLease()
    {
        await AddAsync("t", "long");
        var taken = 0;
        var handler = new Handler("t", 1, async (_, cancel) =>
        {
            Interlocked.Increment(ref taken);
            await Task.Delay(Options.Lease * 2.5, cancel);
        });
        await RunAsync([Worker(handler), Worker(handler)], async () => await CountAsync("select count(*) from work") == 0);
        Assert.Equal(1, taken);
        Assert.Empty(failures);
    }

    [Fact]
    public async Task StoppingLetsUnitsEndOrHandsThemBack()
    {
        await AddAsync("t", "quick", "endless");
        var begun = new CountdownEvent(2);
        var handler = new Handler("t", 2, async (work, cancel) =>
        {
            begun.Signal();
            await Task.Delay(work.Unit.Subject == "quick" ? TimeSpan.FromSeconds(0.4) : Timeout.InfiniteTimeSpan, cancel);
        });
        await RunAsync([Worker(handler)], () => Task.FromResult(begun.IsSet));
        Assert.Equal(1, await CountAsync("select count(*) from work"));
        Assert.Equal(1, await CountAsync("select count(*) from work where subject = 'endless' and lease is null and attempts = 0"));
        Assert.Empty(failures);
    }

    [Fact]
    public async Task WhatThisNodeCannotDoNowIsAnothers()
    {
        await AddAsync("t", "a");
        var other = 0;
        await RunAsync([Worker(new Handler("t", 1, (_, _) => throw new WorkPostponedException("no book", TimeSpan.Zero))), Worker(new Handler("t", 1, (_, _) => Task.FromResult(Interlocked.Increment(ref other))))],
            async () => await CountAsync("select count(*) from work") == 0);
        Assert.Equal(1, other);
        Assert.Empty(failures);
    }

    [Fact]
    public async Task WhatRecursIsQueuedOnceByManySchedulers()
    {
        Recurring[] recurring = [new("a", TimeSpan.FromHours(1)), new("b", TimeSpan.FromHours(2))];
        var queued = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => new Scheduler(Database, recurring, TimeProvider.System).TickAsync(Cancel), Cancel)));
        Assert.Equal(2, queued.Sum());
        Assert.Equal(2, await CountAsync("select count(*) from work"));
    }

    [Fact]
    public async Task HousekeepingIsDone()
    {
        var resource = (await ResourcesAsync(Mine, 1))[0];
        await ObserveAsync(Mine, resource, Now.AddYears(-1), (1, Facts()), (2, Facts()));
        await ObserveAsync(Mine, resource, Now.AddYears(-1).AddHours(1), (1, Facts()));
        var chores = Chore.Housekeeping(Database, TimeProvider.System);
        await new Scheduler(Database, [.. chores.Select(c => c.Recurring)], TimeProvider.System).TickAsync(Cancel);
        await RunAsync([Worker([.. chores])], async () => await CountAsync("select count(*) from work") == 0);
        Assert.Equal(0, await CountAsync("select count(*) from counter_change"));
        Assert.Equal(1, await CountAsync("select count(*) from finding"));
        Assert.Equal(1, (await ReadAsync(s => new Counters(s).ReadAsync(Mine, CounterDimension.Status, [1], Cancel)))[(1, FindingSeverity.High)]);
    }
}

public sealed class SqliteWorkerTests() : WorkerContract(new SqliteFile());

public sealed class PostgresWorkerTests(PostgresServer server) : WorkerContract(server);
