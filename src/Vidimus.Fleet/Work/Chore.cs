using Vidimus.Storage;

namespace Vidimus.Fleet.Work;

/// <summary>Something small that recurs: a step that is repeated, each in its own transaction, until it finds nothing more to do.</summary>
/// <param name="step">Gives how much it did.</param>
public sealed class Chore(string topic, TimeSpan period, IDatabase database, Func<Session, CancellationToken, Task<int>> step) : IWorkHandler
{
    public string Topic => topic;

    public int Parallel => 1;

    public Recurring Recurring => new(topic, period);

    public async Task HandleAsync(HeldWork work, CancellationToken cancel)
    {
        while (await Conflicts.RetryAsync(() => StepAsync(cancel), cancel) > 0) { }
    }

    private async Task<int> StepAsync(CancellationToken cancel)
    {
        await using var session = await database.WriteAsync(cancel);
        var done = await step(session, cancel);
        if (done > 0) await session.CommitAsync(cancel);
        return done;
    }

    /// <summary>What keeps a store small and quick.</summary>
    public static IReadOnlyList<Chore> Housekeeping(IDatabase database, TimeProvider time)
    {
        const int Rows = 5_000;
        return
        [
            new("counters", TimeSpan.FromSeconds(30), database, (session, cancel) => new Counters(session).RollUpAsync(Rows, cancel)),
            new("findings.delete", TimeSpan.FromMinutes(10), database, (session, cancel) => new FindingStore(session).DeleteDueAsync(time.GetUtcNow(), Rows, cancel)),
            new("events.trim", TimeSpan.FromMinutes(10), database, (session, cancel) => new EventLog(session).TrimAsync(Rows, cancel)),
            new("events.forget", TimeSpan.FromHours(1), database, (session, cancel) => new SinkStore(session).ForgetAsync(time.GetUtcNow() - SinkStore.LettersKept, Rows, cancel)),
        ];
    }
}
