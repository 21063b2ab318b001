using Vidimus.Storage;

namespace Vidimus.Fleet.Work;

/// <summary>Work that the clock asks for. A period begins on one node; its unit is done by any.</summary>
public sealed record Recurring(string Topic, TimeSpan Period);

/// <summary>Puts what recurs into the queue, once in a period however many nodes ask.</summary>
public sealed class Scheduler(IDatabase database, IReadOnlyList<Recurring> recurring, TimeProvider time)
{
    /// <summary>Looks until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var look = recurring.Min(r => r.Period) / 4;
        while (!stop.IsCancellationRequested)
        {
            await TickAsync(stop);
            await Task.Delay(look, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Queues what is due and gives how many topics were.</summary>
    public async Task<int> TickAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        IReadOnlyList<string> due;
        await using (var look = await database.ReadAsync(cancel)) due = await new Schedule(look).DueAsync([.. recurring.Select(r => (r.Topic, r.Period))], now, cancel);
        if (due.Count == 0) return 0;

        var queued = 0;
        foreach (var task in recurring.Where(r => due.Contains(r.Topic)))
        {
            queued += await Conflicts.WriteAsync(database, async session =>
            {
                if (!await new Schedule(session).TakeAsync(task.Topic, task.Period, now, cancel)) return 0;
                await new WorkQueue(session).AddAsync(new(0, 0, 0), task.Topic, [("", "")], WorkPriority.Periodic, now, cancel);
                return 1;
            }, cancel);
        }

        return queued;
    }
}
