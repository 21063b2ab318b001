using System.Data.Common;
using Vidimus.Storage;

namespace Vidimus.Sinks;

/// <summary>What went wrong with a sink, for the log.</summary>
/// <param name="Sink">Its name; null when the store could not be asked.</param>
public sealed record SinkFailure(string? Sink, string Error);

/// <summary>Tells every sink what happened, each at its own pace: at least once, in order for each finding, never what did not happen. Any number of nodes run one; a sink is with one of them at a time.</summary>
/// <param name="failed">Is told of what went wrong.</param>
public sealed class EventSender(IDatabase database, IEventForms forms, IReadOnlyList<ISinkKind> kinds, SecretBox box, TimeProvider time, Action<SinkFailure> failed)
{
    private const int Together = 16;
    private const int Published = 5_000;

    /// <summary>How long a sender stays with one sink before it notes what is told: what one that dies has told since then is told again.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(30);

    /// <summary>How long an event waits for a sink that can't be reached before it becomes a dead letter.</summary>
    public static TimeSpan GiveUp { get; } = TimeSpan.FromDays(3);

    /// <summary>How long a sink is with a sender that gives no sign. It is renewed while there is something to tell.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(20);

    private readonly Dictionary<string, ISinkKind> byKind = kinds.ToDictionary(k => k.Kind, StringComparer.Ordinal);

    /// <summary>Whose secret it is, for <see cref="SecretBox"/>.</summary>
    public static string Owner(Findings.Scope scope, string name) => $"sink {scope.Account} {scope.Region} {name}";

    public async Task RunAsync(CancellationToken stop)
    {
        var running = new List<Task>();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                running.RemoveAll(t => t.IsCompleted);
                while (await PublishAsync(stop) > 0) { }
                var taken = running.Count < Together ? await TakeAsync(Together - running.Count, stop) : [];
                running.AddRange(taken.Select(sink => Task.Run(() => TellSafelyAsync(sink, stop), CancellationToken.None)));
                if (taken.Count == 0) await RestAsync(running, stop);
            }
            catch (Exception e) when (e is DbException or StoreBusyException or TimeoutException or IOException && !stop.IsCancellationRequested)
            {
                failed(new(null, e.Message));
                await Task.Delay(Poll, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break;
            }
        }

        await Task.WhenAll(running);
    }

    /// <summary>Publishes what is in the outbox and tells every sink that is ready what is new, once; gives how many sinks had something.</summary>
    public async Task<int> StepAsync(CancellationToken cancel)
    {
        while (await PublishAsync(cancel) > 0) { }
        var taken = await TakeAsync(Together, cancel);
        await Task.WhenAll(taken.Select(sink => TellSafelyAsync(sink, cancel)));
        return taken.Count;
    }

    private Task<int> PublishAsync(CancellationToken cancel) => CommitAsync(session => new Outbox(session).PublishAsync(Published, cancel), cancel);

    private Task<IReadOnlyList<Sink>> TakeAsync(int limit, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        return CommitAsync(session => new SinkStore(session).TakeAsync(limit, now, now + Lease, cancel), cancel);
    }

    private Task<bool> RenewAsync(Sink sink, CancellationToken cancel) => CommitAsync(session => new SinkStore(session).RenewAsync(sink, time.GetUtcNow() + Lease, cancel), cancel);

    private Task<T> CommitAsync<T>(Func<Session, Task<T>> write, CancellationToken cancel) => Conflicts.RetryAsync(async () =>
    {
        await using var session = await database.WriteAsync(cancel);
        var result = await write(session);
        await session.CommitAsync(cancel);
        return result;
    }, cancel);

    /// <summary>What can't be noted down is told again after the lease.</summary>
    private async Task TellSafelyAsync(Sink sink, CancellationToken stop)
    {
        try
        {
            await Leases.KeepAsync(cancel => TellAsync(sink, cancel), cancel => RenewAsync(sink, cancel), Lease, time, stop);
        }
        catch (Exception e) when (e is DbException or StoreBusyException or TimeoutException or IOException or OperationCanceledException)
        {
            failed(new(sink.Definition.Name, e.Message));
        }
    }

    private async Task TellAsync(Sink sink, CancellationToken cancel)
    {
        SinkProgress progress;
        try
        {
            progress = await SendAsync(sink, cancel);
        }
        catch (Exception e) when (e is SinkException or System.Security.Cryptography.CryptographicException)
        {
            progress = new(sink.Position, 0, sink.Attempts + 1, e.Message, time.GetUtcNow() + LongestWait, [], []);
        }

        if (progress.Error is { } error) failed(new(sink.Definition.Name, error));
        await CommitAsync(session => new SinkStore(session).AdvanceAsync(sink, progress, time.GetUtcNow(), cancel), cancel);
    }

    private async Task<SinkProgress> SendAsync(Sink sink, CancellationToken cancel)
    {
        if (!byKind.TryGetValue(sink.Definition.Kind, out var kind)) throw new SinkException($"this version has no sinks of the kind {sink.Definition.Kind}");
        var secret = sink.Definition.Secret is { } sealedSecret ? box.Open(sealedSecret, Owner(sink.Scope, sink.Definition.Name)) : null;
        var start = time.GetTimestamp();
        var refused = new List<(long, string)>();

        var (again, _, replays, lost) = await ReadAsync(sink, kind, replays: true, sink.Position, cancel);
        var result = replays.Count == 0 ? new([]) : await kind.SendAsync(sink, secret, replays, cancel);
        refused.AddRange([.. lost, .. Refusals(replays, result)]);
        HashSet<long> missing = [.. replays.Skip(result.Outcomes.Count).Select(t => t.Event), .. refused.Select(r => r.Item1)];
        long[] replayed = [.. again.Where(e => !missing.Contains(e))];
        var sent = replayed.Length;
        var position = sink.Position;

        while (result is { Failure: null, Next: null } && time.GetElapsedTime(start) < Turn)
        {
            var (events, upto, texts, gone) = await ReadAsync(sink, kind, replays: false, position, cancel);
            if (upto == position) break;
            result = texts.Count == 0 ? new([]) : await kind.SendAsync(sink, secret, texts, cancel);
            sent += result.Outcomes.Count(o => o is null);
            position = result.Outcomes.Count == texts.Count ? upto : events.LastOrDefault(e => e < texts[result.Outcomes.Count].Event, position);
            refused.AddRange([.. gone.Where(g => g.Event <= position), .. Refusals(texts, result)]);
        }

        var now = time.GetUtcNow();
        if (result.Failure is not { } failure) return new(position, sent, 0, null, result.Next ?? now, refused, replayed);

        var (expired, end) = await ExpiredAsync(sink, position, now - GiveUp, cancel);
        refused.AddRange(expired.Select(e => (e, $"not reached for {GiveUp.TotalDays} days: {failure}")));
        var wait = now + Wait(sink);
        return new(end, sent, sink.Attempts + 1, failure, result.Next > wait ? result.Next.Value : wait, refused, replayed);
    }

    private static IEnumerable<(long Event, string Error)> Refusals(IReadOnlyList<EventText> texts, SendResult result) =>
        texts.Zip(result.Outcomes, (text, outcome) => (text.Event, outcome)).Where(x => x.outcome is not null).Select(x => (x.Event, x.outcome!));

    /// <summary>The next events of a sink: their numbers, up to where they go, the texts of those that it wants, and those that nothing can be told of any more.</summary>
    private async Task<(IReadOnlyList<long> Events, long Upto, IReadOnlyList<EventText> Texts, IReadOnlyList<(long Event, string Error)> Lost)> ReadAsync(Sink sink, ISinkKind kind, bool replays, long position, CancellationToken cancel)
    {
        await using var session = await database.ReadAsync(cancel);
        var page = replays
            ? new([.. (await new SinkStore(session).ReplaysAsync(sink, kind.Batch, cancel)).Select(l => l.Event)], position)
            : await new EventLog(session).AfterAsync(sink.Scope, sink.Definition.Wide, position, kind.Batch, cancel);
        StoredEvent[] wanted = [.. page.Events.Where(e => sink.Definition.Events.Contains(e.Kind) && forms.Tells(sink.Definition.Form, e.Kind))];
        var texts = wanted.Length == 0 ? [] : await forms.WriteAsync(session, sink.Definition.Form, wanted, cancel);
        var lost = wanted.Zip(texts).Where(x => x.Second is null).Select(x => (x.First.Id, Gone(x.First)));
        return ([.. page.Events.Select(e => e.Id)], page.Position, [.. texts.OfType<EventText>()], [.. lost]);
    }

    /// <summary>What is left of an event whose finding or resource was deleted before it could be told.</summary>
    private static string Gone(StoredEvent e) => e.Finding is { } finding
        ? $"deleted before it could be told: finding {finding.Finding} of resource {e.Resource}, {finding.Cause}, {finding.Before?.ToString() ?? "new"} to {finding.Status}, {finding.Facts.Severity}"
        : $"deleted before it could be told: resource {e.Resource}{(e.Status is { } status ? $", {status.Reason}" : "")}";

    /// <summary>What has waited too long, of the next events.</summary>
    private async Task<(IReadOnlyList<long> Events, long Upto)> ExpiredAsync(Sink sink, long position, DateTimeOffset before, CancellationToken cancel)
    {
        await using var session = await database.ReadAsync(cancel);
        var page = await new EventLog(session).AfterAsync(sink.Scope, sink.Definition.Wide, position, Published, cancel);
        StoredEvent[] old = [.. page.Events.TakeWhile(e => e.At < before)];
        return ([.. old.Where(e => sink.Definition.Events.Contains(e.Kind)).Select(e => e.Id)], old.Length == 0 ? position : old[^1].Id);
    }

    /// <summary>Twice as long after each failure; sinks that failed together come back spread over a quarter of it.</summary>
    private static TimeSpan Wait(Sink sink)
    {
        var wait = Math.Min(TimeSpan.FromSeconds(2).TotalMilliseconds * Math.Pow(2, Math.Min(sink.Attempts, 20)), LongestWait.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(wait * (1 + (sink.Id % 16 / 64.0)));
    }

    private async Task RestAsync(List<Task> running, CancellationToken stop)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var woken = database.WaitAsync("outbox", Poll, enough.Token);
        await Task.WhenAny([woken, .. running]);
        await enough.CancelAsync();
        await ((Task)woken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
