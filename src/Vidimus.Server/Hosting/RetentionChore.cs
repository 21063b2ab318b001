using Vidimus.Storage;

namespace Vidimus.Server.Hosting;

/// <summary>Deletes, every hour, what is older than it is kept: the history of findings that are gone, audit entries, documents that no resource holds.</summary>
internal sealed class RetentionChore(IDatabase database, TimeSpan keepHistory, TimeSpan keepAudit, TimeProvider time)
{
    private const int Page = 1000;
    private static readonly TimeSpan Often = TimeSpan.FromHours(1);

    /// <summary>So long a call with a key that ended is told that it has.</summary>
    private static readonly TimeSpan EndedKeys = TimeSpan.FromDays(1);

    /// <summary>Documents that were there an hour ago: what was just sent will be held in a moment.</summary>
    private long settled;

    public async Task RunAsync(CancellationToken cancel)
    {
        while (true)
        {
            await RunOnceAsync(cancel);
            await Task.Delay(Often, time, cancel);
        }
    }

    public async Task RunOnceAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        while (await WriteAsync(s => new Retention(s).DeleteAuditAsync(now - keepAudit, Page, cancel), cancel) == Page) cancel.ThrowIfCancellationRequested();

        await WriteAsync(s => new IdentityStore(s).ForgetKeysAsync(now - EndedKeys, cancel), cancel);

        for (long? after = 0; after is { } at;) after = await WriteAsync(s => new Retention(s).DeleteHistoryAsync(now - keepHistory, at, Page, cancel), cancel);
        for (long? after = 0; after is { } at;) after = await WriteAsync(s => new Retention(s).DeleteDocumentsAsync(settled, at, Page, cancel), cancel);
        settled = await WriteAsync(s => new Retention(s).NewestDocumentAsync(cancel), cancel);
    }

    /// <summary>A page a transaction, so that no writer waits for long; one node at a time.</summary>
    private Task<T> WriteAsync<T>(Func<Session, Task<T>> work, CancellationToken cancel) => Conflicts.WriteAsync(database, async session =>
    {
        await session.LockAsync("retention", cancel);
        return await work(session);
    }, cancel);
}
