using System.Data.Common;
using Vidimus.Storage;

namespace Vidimus.Fleet.Work;

/// <summary>Takes units from the queue and does them, so many at once; any number of workers share one queue.</summary>
/// <param name="failed">Is told of what went wrong.</param>
public sealed class Worker(IDatabase database, IReadOnlyList<IWorkHandler> handlers, WorkerOptions options, TimeProvider time, Action<WorkFailure> failed)
{
    private readonly Dictionary<string, IWorkHandler> byTopic = handlers.ToDictionary(h => h.Topic, StringComparer.Ordinal);
    private readonly Dictionary<(long Id, long Lease), Running> running = [];
    private int done;

    private sealed record Running(WorkUnit Unit, Task Task, CancellationTokenSource Stop);

    /// <summary>Works until it is stopped; then units in hand may end, and those that don't are handed back.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var failures = 0;
        var renewed = time.GetTimestamp();
        try
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    Forget();
                    if (time.GetElapsedTime(renewed) > options.Lease / 3)
                    {
                        await RenewAsync(stop);
                        renewed = time.GetTimestamp();
                    }

                    var taken = await TakeAsync(stop);
                    failures = 0;
                    foreach (var unit in taken) Start(unit, stop);
                    if (taken.Count == 0 || running.Count >= options.Parallel) await RestAsync(stop);
                }
                catch (Exception e) when (e is DbException or StoreBusyException or TimeoutException or IOException && !stop.IsCancellationRequested)
                {
                    failed(new(null, e, false));
                    await Task.Delay(new Backoff(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(15)).After(++failures, 0), time, stop);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The end that was asked for.
        }

        await EndAsync();
    }

    /// <summary>Does what is due, and what comes of it, until nothing more is; gives how many units were done.</summary>
    public async Task<int> DrainAsync(CancellationToken cancel)
    {
        var before = done;
        while (true)
        {
            Forget();
            foreach (var unit in await TakeAsync(cancel)) Start(unit, cancel);
            if (running.Count == 0) return done - before;
            await Task.WhenAny(running.Values.Select(r => r.Task));
        }
    }

    private async Task<IReadOnlyList<WorkUnit>> TakeAsync(CancellationToken cancel)
    {
        var free = options.Parallel - running.Count;
        int Room(IWorkHandler handler) => handler.Parallel - running.Values.Count(r => r.Unit.Topic == handler.Topic);
        WorkRoom[] rooms = [.. handlers.Where(h => h.Group is null && Room(h) > 0).Select(h => new WorkRoom(h.Topic, Room(h)))];
        var groups = handlers.Where(h => h.Group is not null).GroupBy(h => h.Group).Where(g => g.All(h => Room(h) == h.Parallel)).Select(g => g.Select(h => new WorkRoom(h.Topic, 1)).ToArray()).ToList();
        if (free <= 0 || (rooms.Length == 0 && groups.Count == 0)) return [];
        var now = time.GetUtcNow();
        return await Conflicts.WriteAsync<IReadOnlyList<WorkUnit>>(database, async session =>
        {
            var queue = new WorkQueue(session);
            var taken = new List<WorkUnit>();
            foreach (var group in groups.Take(free)) taken.AddRange(await queue.TakeAsync(group, 1, now, now + options.Lease, cancel));
            if (rooms.Length > 0 && taken.Count < free) taken.AddRange(await queue.TakeAsync(rooms, free - taken.Count, now, now + options.Lease, cancel));
            return taken;
        }, cancel);
    }

    private void Start(WorkUnit unit, CancellationToken stopping)
    {
        var stop = new CancellationTokenSource();
        running.Add((unit.Id, unit.Lease), new(unit, Task.Run(() => DoAsync(unit, stop.Token, stopping), CancellationToken.None), stop));
    }

    private void Forget()
    {
        foreach (var ended in running.Values.Where(r => r.Task.IsCompleted).ToList())
        {
            running.Remove((ended.Unit.Id, ended.Unit.Lease));
            ended.Stop.Dispose();
        }
    }

    /// <summary>Until a unit in hand ends, somebody brings work, a lease must be renewed or it is time to look again.</summary>
    private async Task RestAsync(CancellationToken stop)
    {
        var wait = running.Count > 0 && options.Lease / 3 < options.Poll ? options.Lease / 3 : options.Poll;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var woken = running.Count < options.Parallel ? database.WaitAsync("work", wait, enough.Token) : Task.Delay(wait, time, enough.Token);
        await Task.WhenAny([woken, .. running.Values.Select(r => r.Task)]);
        await enough.CancelAsync();
        await woken.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Who lost its lease is stopped: another does it.</summary>
    private async Task RenewAsync(CancellationToken cancel)
    {
        if (running.Count == 0) return;
        var held = await Conflicts.WriteAsync(database, session => new WorkQueue(session).RenewAsync([.. running.Values.Select(r => r.Unit)], time.GetUtcNow() + options.Lease, cancel), cancel);
        foreach (var lost in running.Values.Where(r => !held.Contains(r.Unit))) await lost.Stop.CancelAsync();
    }

    private async Task DoAsync(WorkUnit unit, CancellationToken stop, CancellationToken stopping)
    {
        try
        {
            if (unit.Attempts > options.Attempts) throw new InvalidDataException($"{options.Attempts} workers ended in the middle of it");
            var work = new HeldWork(database, unit, time, options.Lease);
            await byTopic[unit.Topic].HandleAsync(work, stop);
            if (!work.IsDone) await work.CommitAsync(_ => Task.CompletedTask, stop);
            Interlocked.Increment(ref done);
        }
        catch (LeaseLostException)
        {
            // Another has it, and nothing of ours stands.
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            if (stopping.IsCancellationRequested) await GiveBackAsync(unit, (queue, cancel) => queue.HandBackAsync(unit, time.GetUtcNow(), cancel));
        }
        catch (WorkPostponedException e)
        {
            await GiveBackAsync(unit, (queue, cancel) => queue.HandBackAsync(unit, time.GetUtcNow() + e.Wait, cancel));
        }
#pragma warning disable CA1031 // Whatever a unit does, the worker goes on; what it was is kept with the unit.
        catch (Exception e)
#pragma warning restore CA1031
        {
            var isDead = e is InvalidDataException || unit.Attempts >= options.Attempts;
            failed(new($"{unit.Topic} {unit.Subject}", e, isDead));
            await GiveBackAsync(unit, (queue, cancel) => queue.FailAsync(unit, $"{e.GetType().Name}: {e.Message}", isDead ? null : time.GetUtcNow() + options.Backoff.After(unit.Attempts, unit.Id), cancel));
        }
    }

    /// <summary>When the store can't be told, the lease's end tells it.</summary>
    private async Task GiveBackAsync(WorkUnit unit, Func<WorkQueue, CancellationToken, Task> give)
    {
        try
        {
            using var limit = new CancellationTokenSource(options.Lease, time);
            await Conflicts.WriteAsync(database, session => give(new(session), limit.Token), limit.Token);
        }
        catch (Exception e) when (e is LeaseLostException or DbException or StoreBusyException or TimeoutException or IOException or OperationCanceledException)
        {
            failed(new($"{unit.Topic} {unit.Subject}", e, false));
        }
    }

    private async Task EndAsync()
    {
        var all = Task.WhenAll(running.Values.Select(r => r.Task));
        using var grace = new CancellationTokenSource(options.Grace, time);
        await all.WaitAsync(grace.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var late in running.Values) await late.Stop.CancelAsync();
        await all;
        Forget();
    }
}
