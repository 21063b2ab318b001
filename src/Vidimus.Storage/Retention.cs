namespace Vidimus.Storage;

/// <summary>Deletes what is older than it is kept, in pages, so that no writer waits for it long.</summary>
[AcrossTenants("the clock is the same for all")]
public sealed class Retention(Session session)
{
    /// <summary>A page of the audit log in the order of its writing: gives how many entries were deleted. Fewer than the limit: the next one is young enough.</summary>
    public Task<int> DeleteAuditAsync(DateTimeOffset before, int limit, CancellationToken cancel)
    {
        const string delete = "delete from audit where id in (select id from (select id, at_ms from audit order by id limit @limit) as oldest where at_ms < @before)";
        return session.ExecuteAsync(delete, cancel, ("before", before.Milliseconds()), ("limit", limit));
    }

    /// <summary>A page of the history of findings that are gone. Gives the id to go on after; null after the last page.</summary>
    public Task<long?> DeleteHistoryAsync(DateTimeOffset before, long after, int limit, CancellationToken cancel) => PageAsync(
        "select max(id), count(*) from (select id from finding_history where id > @after and at_ms < @before order by id limit @limit) as page",
        "delete from finding_history where id > @after and id <= @last and at_ms < @before and not exists (select 1 from finding where finding.id = finding_history.finding)",
        before, after, limit, cancel);

    /// <summary>A page of documents that no resource holds, of those up to <paramref name="last"/>. Gives the id to go on after; null after the last page.</summary>
    /// <param name="last">The newest document of a while ago: one that was just sent will be held in a moment.</param>
    public async Task<long?> DeleteDocumentsAsync(long last, long after, int limit, CancellationToken cancel)
    {
        var page = await session.QueryAsync("select id from document where id > @after and id <= @last order by id limit @limit", r => r.Int64(0), cancel, ("after", after), ("last", last), ("limit", limit));
        if (page.Count == 0) return null;
        const string delete = "delete from document where id > @after and id <= @last and not exists (select 1 from holding where holding.document = document.id)";
        await session.ExecuteAsync(delete, cancel, ("after", after), ("last", page[^1]));
        return page.Count < limit ? null : page[^1];
    }

    /// <summary>The newest document's id; 0 when there is none.</summary>
    public async Task<long> NewestDocumentAsync(CancellationToken cancel) => (await session.QueryAsync("select coalesce(max(id), 0) from document", r => r.Int64(0), cancel))[0];

    private async Task<long?> PageAsync(string find, string delete, DateTimeOffset before, long after, int limit, CancellationToken cancel)
    {
        var (last, count) = (await session.QueryAsync(find, r => (r.Int64OrNull(0), r.Int64(1)), cancel, ("after", after), ("before", before.Milliseconds()), ("limit", limit)))[0];
        if (last is null) return null;
        await session.ExecuteAsync(delete, cancel, ("after", after), ("before", before.Milliseconds()), ("last", last));
        return count < limit ? null : last;
    }
}
