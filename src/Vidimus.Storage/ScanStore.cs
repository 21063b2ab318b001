using System.Data.Common;
using Vidimus.Findings;

namespace Vidimus.Storage;

/// <summary>Something that the server scans itself.</summary>
/// <param name="Resource">What the target is known as.</param>
/// <param name="Target">As the scanner's command line has it: <c>image:…</c>, <c>root:/</c>, <c>disk:…</c>.</param>
/// <param name="Node">The machine that reaches it; empty when any does.</param>
/// <param name="Period">How often; null only when asked.</param>
/// <param name="Outcome">What came of the last scan; null before the first.</param>
public sealed record Scan(Scope Scope, long Id, ResourceKey Resource, string Target, string Node, TimeSpan? Period, DateTimeOffset? Next, DateTimeOffset? Done, string? Outcome);

/// <summary>What the operator has the server scan.</summary>
public sealed class ScanStore(Session session)
{
    private const string Columns = "select tenant, account, region, id, kind, resource, target, node, period_ms, next_ms, done_ms, outcome from scan";

    /// <summary>Adds a scan, or changes what the resource is scanned by.</summary>
    public async Task<long> PutAsync(Scope scope, ResourceKey resource, string target, string node, TimeSpan? period, DateTimeOffset now, CancellationToken cancel)
    {
        const string put = """
            insert into scan (tenant, account, region, kind, resource, target, node, period_ms, next_ms, created_ms) values (@tenant, @account, @region, @kind, @resource, @target, @node, @period, @next, @now)
            on conflict (tenant, account, region, kind, resource) do update set target = excluded.target, node = excluded.node, period_ms = excluded.period_ms, next_ms = excluded.next_ms
            returning id
            """;
        return (await session.QueryAsync(put, r => r.Int64(0), cancel, [.. ResourceStore.Of(scope), ("kind", resource.Kind), ("resource", resource.Id), ("target", target), ("node", node),
            ("period", (long?)period?.TotalMilliseconds), ("next", (now + period)?.Milliseconds()), ("now", now.Milliseconds())]))[0];
    }

    public Task<List<Scan>> ListAsync(Scope scope, CancellationToken cancel) =>
        session.QueryAsync($"{Columns} where tenant = @tenant and account = @account and region = @region order by kind, resource", Read, cancel, [.. ResourceStore.Of(scope)]);

    public async Task<Scan?> FindAsync(Scope scope, long id, CancellationToken cancel) =>
        await session.QueryAsync($"{Columns} where tenant = @tenant and account = @account and region = @region and id = @id", Read, cancel, [.. ResourceStore.Of(scope), ("id", id)]) is [var found] ? found : null;

    public async Task<bool> RemoveAsync(Scope scope, long id, CancellationToken cancel) =>
        await session.ExecuteAsync("delete from scan where tenant = @tenant and account = @account and region = @region and id = @id", cancel, [.. ResourceStore.Of(scope), ("id", id)]) == 1;

    /// <summary>Notes what came of a scan.</summary>
    public Task<int> DoneAsync(Scope scope, long id, string outcome, DateTimeOffset now, CancellationToken cancel) =>
        session.ExecuteAsync("update scan set done_ms = @now, outcome = @outcome where tenant = @tenant and account = @account and region = @region and id = @id", cancel,
            [.. ResourceStore.Of(scope), ("id", id), ("outcome", outcome), ("now", now.Milliseconds())]);

    /// <summary>Takes scans whose time has come: their next time is a period from now, so that what was missed while nobody ran is done once.</summary>
    [AcrossTenants("the clock is the same for all")]
    public async Task<IReadOnlyList<Scan>> TakeDueAsync(DateTimeOffset now, int limit, CancellationToken cancel)
    {
        var due = await session.QueryAsync($"{Columns} where next_ms <= @now order by next_ms limit @limit {session.SkipLocked}", Read, cancel, ("now", now.Milliseconds()), ("limit", limit));
        await session.ExecuteAsync("update scan set next_ms = @now + period_ms where id in (select id from @rows as given)", Rows.Of("id", [.. due.Select(d => d.Id).Order()]), cancel, ("now", now.Milliseconds()));
        return due;
    }

    private static Scan Read(DbDataReader r) => new(new(r.Int32(0), r.Int32(1), r.Int32(2)), r.Int64(3), new(r.GetString(4), r.GetString(5)), r.GetString(6), r.GetString(7),
        r.Int64OrNull(8) is { } period ? TimeSpan.FromMilliseconds(period) : null, r.TimeOrNull(9), r.TimeOrNull(10), r.StringOrNull(11));
}
