using System.Collections.Concurrent;
using Vidimus.Findings;
using Vidimus.Storage;

namespace Vidimus.Fleet;

/// <summary>Notes that resources hold what they held: those that come while one commit is on its way share the next, so that a fleet's unchanged inventories do not wait for a sync of the disk each.</summary>
#pragma warning disable CA1001 // A semaphore whose wait handle nobody asks for holds nothing to release.
internal sealed class ScanTimes(IDatabase database, TimeProvider time)
#pragma warning restore CA1001
{
    private readonly ConcurrentQueue<Touch> waiting = new();
    private readonly SemaphoreSlim turn = new(1);

    /// <summary>Returns when the time is durable.</summary>
    public async Task NoteAsync(Scope scope, long resource, CancellationToken cancel)
    {
        var own = new Touch(scope, resource);
        waiting.Enqueue(own);
        await turn.WaitAsync(cancel);
        try
        {
            if (!own.Written.Task.IsCompleted) await WriteAsync();
        }
        finally
        {
            turn.Release();
        }

        await own.Written.Task;
    }

    /// <summary>Writes for all who wait, so none of their callers may cancel it.</summary>
    private async Task WriteAsync()
    {
        var all = new List<Touch>();
        while (waiting.TryDequeue(out var touch)) all.Add(touch);
        try
        {
            await Conflicts.RetryAsync(() => WriteAsync(all), CancellationToken.None);
        }
#pragma warning disable CA1031 // Whatever it is, each of those who wait gets it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            foreach (var touch in all) touch.Written.TrySetException(e);
            return;
        }

        foreach (var touch in all) touch.Written.TrySetResult();
    }

    private async Task WriteAsync(List<Touch> all)
    {
        await using var session = await database.WriteAsync(CancellationToken.None);
        var store = new ResourceStore(session);
        var now = time.GetUtcNow();
        (Scope Scope, long Resource)[] resources = [.. all.Select(t => (t.Scope, t.Resource)).Distinct().OrderBy(t => t.Resource)];
        var seen = await store.SeenAsync(resources, now, CancellationToken.None);
        foreach (var group in resources.Where(r => !seen.Contains(r.Resource)).GroupBy(r => r.Scope).OrderBy(g => (g.Key.Account, g.Key.Region)))
        {
            await store.ScannedAsync(group.Key, [.. group.Select(r => r.Resource)], now, CancellationToken.None);
        }

        await session.CommitAsync(CancellationToken.None);
    }

    private sealed record Touch(Scope Scope, long Resource)
    {
        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
