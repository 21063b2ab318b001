using System.Globalization;
using Vidimus.Findings;
using Vidimus.Findings.Contents;
using Vidimus.Findings.Query;
using Vidimus.Storage.Search;

namespace Vidimus.Storage;

/// <summary>Which resources are meant, with what is said of their scans.</summary>
/// <param name="Account">One account; null for all of the tenant.</param>
/// <param name="Accounts">Conditions on the twelve digits.</param>
/// <param name="Active">Null for both.</param>
public sealed record CoverageQuery(
    int? Account, IReadOnlyList<TextCondition> Accounts, bool? Active, IReadOnlyList<TextCondition> Reasons, IReadOnlyList<NumberRange> LastScans, ResourceCriteria Criteria);

/// <summary>A resource as coverage shows it.</summary>
/// <param name="Account">Twelve digits.</param>
/// <param name="Region">The region's name.</param>
public sealed record CoveredResourceRow(Resource Resource, ResourceFacts Facts, string Account, string Region);

/// <summary>By what coverage is counted.</summary>
public enum CoverageGroup
{
    None,
    Active,
    Reason,
    Account,
    Type,
    Repository,
    Provider,
    ProviderAccount,
    ProviderRegion,
    ProviderOrganization,
}

/// <summary>What is watched, and how it goes.</summary>
public sealed class CoverageStore(Session session)
{
    /// <summary>A page in the order of the row ids.</summary>
    /// <param name="after">The last row id of the page before; 0 for the first page.</param>
    /// <exception cref="QueryTooLongException">It would take longer than <see cref="FindingSearch.TimeLimit"/>.</exception>
    public async Task<IReadOnlyList<CoveredResourceRow>> ListAsync(TenantScope scope, CoverageQuery query, long after, int limit, CancellationToken cancel)
    {
        await session.LimitAsync(FindingSearch.TimeLimit, true, cancel);
        var values = new SqlValues();
        var where = await WhereAsync(scope, query, values, cancel);
        var sql = $"""
            select {ResourceStore.Columns}, account.number, region.name from resource join account on account.id = resource.account join region on region.id = resource.region
            where {where} and resource.id > @after order by resource.id limit @limit
            """;
        var found = await session.QueryAsync(sql, r => (Resource: ResourceStore.Read(r), Account: r.GetString(11), Region: r.GetString(12)), cancel, [.. values.All, ("after", after), ("limit", limit)]);
        return [.. found.Select(f => new CoveredResourceRow(f.Resource, ContentsText.ReadResource(f.Resource.Facts), f.Account, f.Region))];
    }

    /// <summary>How many there are of each value; those without one are under null. The most first.</summary>
    /// <exception cref="QueryTooLongException">It would take longer than <see cref="FindingSearch.TimeLimit"/>.</exception>
    public async Task<IReadOnlyList<(string? Key, long Count)>> CountAsync(TenantScope scope, CoverageQuery query, CoverageGroup group, CancellationToken cancel)
    {
        await session.LimitAsync(FindingSearch.TimeLimit, true, cancel);
        var values = new SqlValues();
        var where = await WhereAsync(scope, query, values, cancel);
        var key = group switch
        {
            CoverageGroup.None => "''",
            CoverageGroup.Active => "case resource.active when 1 then 'ACTIVE' else 'INACTIVE' end",
            CoverageGroup.Reason => "resource.reason",
            CoverageGroup.Account => "account.number",
            CoverageGroup.Type => Fact(ResourceFact.Type),
            CoverageGroup.Repository => Fact(ResourceFact.Repository),
            CoverageGroup.Provider => Fact(ResourceFact.Provider),
            CoverageGroup.ProviderAccount => Fact(ResourceFact.ProviderAccount),
            CoverageGroup.ProviderRegion => Fact(ResourceFact.ProviderRegion),
            _ => Fact(ResourceFact.ProviderOrganization),
        };
        var sql = $"""
            select k, count(*) from (select {key} as k from resource join account on account.id = resource.account where {where}) as keys group by k order by count(*) desc, k
            """;
        return await session.QueryAsync(sql, r => (r.StringOrNull(0), r.Int64(1)), cancel, values.All);
    }

    private async Task<string> WhereAsync(TenantScope scope, CoverageQuery query, SqlValues values, CancellationToken cancel)
    {
        var accounts = await Search.Accounts.OfAsync(session, scope.Tenant, query.Account, [query.Accounts], cancel);
        string[] conditions =
        [
            string.Create(CultureInfo.InvariantCulture, $"resource.tenant = {scope.Tenant} and resource.region = {scope.Region} and resource.account in ({accounts.List()})"),
            .. query.Active is { } active ? [$"resource.active = {(active ? 1 : 0)}"] : Array.Empty<string>(),
            .. query.Reasons.Count > 0 ? [query.Reasons.Single("resource.reason", values)] : Array.Empty<string>(),
            .. query.LastScans.Count > 0 ? [query.LastScans.Any("resource.last_scan_ms", r => (r.Lower, r.Upper), values)] : Array.Empty<string>(),
            .. query.Criteria.Conditions("resource.id", values),
        ];
        return string.Join(" and ", conditions);
    }

    private static string Fact(ResourceFact fact) => $"(select min(x.text) from resource_fact x where x.resource = resource.id and x.fact = {(int)fact})";
}
