using Vidimus.Findings;

namespace Vidimus.Storage;

/// <summary>In which order findings are listed. Each walks an index from where the page before ended, so that any depth costs the same.</summary>
public enum FindingOrder
{
    /// <summary>By account, then as they were found: what changes meanwhile neither repeats nor hides a row.</summary>
    Stable,

    /// <summary>The gravest first, then the latest changed.</summary>
    Severity,
}

/// <summary>Where a page ended.</summary>
public readonly record struct FindingCursor(int Account, FindingSeverity Severity, long UpdatedMilliseconds, long Id);

/// <summary>A finding with whose it is, and where to go on after it.</summary>
public sealed record ListedFinding(Scope Scope, Finding Finding)
{
    public FindingCursor Cursor => new(Scope.Account, Finding.Facts.Severity, Finding.Updated.Milliseconds(), Finding.Id);
}

/// <summary>What to list.</summary>
/// <param name="Account">One account; null for all of the tenant.</param>
/// <param name="Statuses">Empty for all.</param>
/// <param name="After">Null for the first page.</param>
public sealed record FindingQuery(int? Account, IReadOnlyList<FindingStatus> Statuses, FindingOrder Order, FindingCursor? After, int Limit);

public sealed partial class FindingStore
{
    private const string Listed = $"{Columns}, finding.tenant, finding.account, finding.region";

    /// <summary>A page of the tenant's findings.</summary>
    public async Task<IReadOnlyList<ListedFinding>> ListAsync(TenantScope scope, FindingQuery query, CancellationToken cancel) =>
        query.Order == FindingOrder.Stable ? await StableAsync(scope, query, cancel) : await BySeverityAsync(scope, query, cancel);

    /// <summary>A page of the tenant's findings of one vulnerability, in the order of their resources.</summary>
    /// <param name="after">The last finding of the page before; null for the first page.</param>
    public async Task<IReadOnlyList<ListedFinding>> OfVulnerabilityAsync(TenantScope scope, long vulnerability, ListedFinding? after, int limit, CancellationToken cancel)
    {
        const string list = $"""
            select {Listed} from finding
            where tenant = @tenant and region = @region and kind = 1 and fingerprint = @vulnerability and (resource, incarnation) > (@resource, @incarnation)
            order by resource, incarnation limit @limit
            """;
        return await session.QueryAsync(list, ReadListed, cancel, ("tenant", scope.Tenant), ("region", scope.Region), ("vulnerability", vulnerability),
            ("resource", after?.Finding.Key.Resource ?? 0), ("incarnation", after?.Finding.Incarnation ?? -1), ("limit", limit));
    }

    private async Task<IReadOnlyList<ListedFinding>> StableAsync(TenantScope scope, FindingQuery query, CancellationToken cancel)
    {
        var account = query.Account is null ? "(account, id) > (@account, @id)" : "account = @account and id > @id";
        var status = query.Statuses.Count == 0 ? "" : $"and status in ({string.Join(", ", query.Statuses.Select(s => (int)s))})";
        var list = $"select {Listed} from finding where tenant = @tenant and region = @region and {account} {status} order by account, id limit @limit";
        return await session.QueryAsync(list, ReadListed, cancel, ("tenant", scope.Tenant), ("region", scope.Region), ("account", query.Account ?? query.After?.Account ?? 0), ("id", query.After?.Id ?? 0), ("limit", query.Limit));
    }

    /// <summary>The index begins with the status, lest a burst of new active findings lie before every other one; several statuses are several ordered walks put together.</summary>
    private async Task<IReadOnlyList<ListedFinding>> BySeverityAsync(TenantScope scope, FindingQuery query, CancellationToken cancel)
    {
        var statuses = query.Statuses.Count == 0 ? Enum.GetValues<FindingStatus>() : query.Statuses;
        var account = query.Account is null ? "" : "and account = @account";
        var walks = statuses.Select(status => $"""
            select * from (select {Listed} from finding
            where tenant = @tenant and region = @region {account} and status = {(int)status} and (severity, updated_ms, id) < (@severity, @updated, @id)
            order by severity desc, updated_ms desc, id desc limit @limit) as walk_{(int)status}
            """);
        var list = $"{string.Join(" union all ", walks)} order by severity desc, updated_ms desc, id desc limit @limit";
        var after = query.After ?? new(0, (FindingSeverity)short.MaxValue, long.MaxValue, long.MaxValue);
        return await session.QueryAsync(list, ReadListed, cancel, ("tenant", scope.Tenant), ("region", scope.Region), ("account", query.Account ?? 0), ("severity", (int)after.Severity), ("updated", after.UpdatedMilliseconds), ("id", after.Id), ("limit", query.Limit));
    }

    private static ListedFinding ReadListed(System.Data.Common.DbDataReader r) => new(new(r.Int32(14), r.Int32(15), r.Int32(16)), Read(r));
}
