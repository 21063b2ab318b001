using System.Globalization;
using Vidimus.Findings;
using Vidimus.Findings.Contents;
using Vidimus.Findings.Query;
using Vidimus.Storage.Search;

namespace Vidimus.Storage;

/// <summary>By what active findings are counted.</summary>
public enum AggregationSubject
{
    Account,
    Title,
    Package,
    Resource,
    Repository,
    MachineImage,
    ImageLayer,
}

public enum AggregationSort
{
    Critical,
    High,
    All,

    /// <summary>The resources that are affected.</summary>
    Affected,
}

/// <summary>What to count.</summary>
/// <param name="Account">One account; null for all of the tenant.</param>
/// <param name="Accounts">Conditions on the twelve digits.</param>
/// <param name="Types">Places in <see cref="InspectorForm.Types"/>; empty for all.</param>
/// <param name="Texts">Conditions on the subject's own text: title, package, layer.</param>
/// <param name="Vulnerabilities">Conditions on display ids, of titles.</param>
public sealed record AggregationQuery(
    int? Account, IReadOnlyList<TextCondition> Accounts, AggregationSubject Subject, IReadOnlyList<int> Types, ResourceCriteria Criteria, IReadOnlyList<TextCondition> Texts,
    IReadOnlyList<TextCondition> Vulnerabilities, AggregationSort Sort, bool Ascending, int Offset, int Limit);

/// <summary>A group and its counts.</summary>
/// <param name="Account">Twelve digits.</param>
/// <param name="Key">Title, package, repository, …; empty for accounts.</param>
/// <param name="Second">Of titles the vulnerability, of layers the repository.</param>
/// <param name="Resource">The row id, of resources and layers.</param>
public sealed record Aggregate(string Account, string Key, string? Second, long Resource, long All, long Critical, long High, long Medium, long Affected)
{
    public long Exploitable { get; init; }

    public long Fixable { get; init; }
}

/// <summary>Counts of active findings from the counters, so that it costs as much as there are groups and not as there are findings. Layers alone are counted finding by finding.</summary>
public sealed class AggregationStore(Session session)
{
    private const string Sums = """
        cast(sum(n) as bigint) as total, cast(sum(case when severity = 5 then n else 0 end) as bigint) as critical, cast(sum(case when severity = 4 then n else 0 end) as bigint) as high,
        cast(sum(case when severity = 3 then n else 0 end) as bigint) as medium
        """;

    /// <summary>A page of groups.</summary>
    /// <exception cref="QueryTooLongException">It would take longer than <see cref="FindingSearch.TimeLimit"/>.</exception>
    public async Task<IReadOnlyList<Aggregate>> ListAsync(TenantScope scope, AggregationQuery query, CancellationToken cancel)
    {
        await session.LimitAsync(FindingSearch.TimeLimit, false, cancel);
        var accounts = await Accounts.OfAsync(session, scope.Tenant, query.Account, [query.Accounts], cancel);
        var values = new SqlValues();
        var groups = Groups(scope, query, accounts, values);
        var sort = query.Sort switch { AggregationSort.High => "high", AggregationSort.All => "total", AggregationSort.Affected => "affected", _ => "critical" };
        var sql = $"""
            select account.number, g.key, g.second, g.resource, g.total, g.critical, g.high, g.medium, g.affected from ({groups}) as g join account on account.id = g.account
            where g.total > 0 order by g.{sort} {(query.Ascending ? "asc" : "desc")}, g.account, g.key, g.resource limit {query.Limit} offset {query.Offset}
            """;
        var found = await session.QueryAsync(sql, r => new Aggregate(r.GetString(0), r.GetString(1), r.StringOrNull(2), r.Int64(3), r.Int64(4), r.Int64(5), r.Int64(6), r.Int64(7), r.Int64(8)), cancel, values.All);
        return query.Subject switch
        {
            AggregationSubject.Account => await OfAccountsAsync(scope, query, accounts, found, cancel),
            AggregationSubject.Resource => await OfResourcesAsync(found, cancel),
            _ => found,
        };
    }

    /// <summary>The resources of a page of groups.</summary>
    public async Task<IReadOnlyDictionary<long, CoveredResourceRow>> ResourcesAsync(TenantScope scope, IReadOnlyList<long> ids, CancellationToken cancel)
    {
        const string get = $"""
            select {ResourceStore.Columns}, account.number, region.name from @rows as given cross join resource join account on account.id = resource.account join region on region.id = resource.region
            where resource.id = given.id and resource.tenant = @tenant and resource.region = @region
            """;
        var found = await session.QueryAsync(get, Rows.Of("id", [.. ids.Distinct()]), r => (Resource: ResourceStore.Read(r), Account: r.GetString(11), Region: r.GetString(12)), cancel,
            ("tenant", scope.Tenant), ("region", scope.Region));
        return found.ToDictionary(f => f.Resource.Id, f => new CoveredResourceRow(f.Resource, ContentsText.ReadResource(f.Resource.Facts), f.Account, f.Region));
    }

    private static string Counted(TenantScope scope, string accounts, string dimensions)
    {
        var where = string.Create(CultureInfo.InvariantCulture, $"tenant = {scope.Tenant} and account in ({accounts}) and region = {scope.Region} and {dimensions}");
        return $"(select account, subject, severity, n from counter where {where} union all select account, subject, severity, n from counter_change where {where}) as c";
    }

    /// <summary>The dimensions of evidence, or of fixes, for the resource types that are asked.</summary>
    private static string Dimensions(CounterDimension first, IReadOnlyList<int> types) => types.Count == 0
        ? $"dimension between {(int)first} and {(int)first + 99}"
        : $"dimension in ({string.Join(", ", types.Select(t => (int)first + t))})";

    private static string Groups(TenantScope scope, AggregationQuery query, List<(int Id, string Number)> accounts, SqlValues values)
    {
        var list = accounts.List();
        string Evidence() => Counted(scope, list, Dimensions(CounterDimension.Evidence, query.Types));
        string Resources() => Counted(scope, list, $"dimension = {(int)CounterDimension.Resource}");
        string[] meant =
        [
            .. query.Types.Count > 0 ? [$"resource.type in ({string.Join(", ", query.Types)})"] : Array.Empty<string>(),
            .. query.Criteria.Conditions("resource.id", values),
        ];
        var where = meant.Length == 0 ? "" : $"where {string.Join(" and ", meant)}";
        string Facts(ResourceFact fact) => $"""
            select c.account, x.text as key, null as second, 0 as resource, {Sums}, count(distinct case when n > 0 then c.subject end) as affected
            from {Resources()} join resource on resource.id = c.subject join resource_fact x on x.resource = c.subject and x.fact = {(int)fact} {where} group by c.account, x.text
            """;
        return query.Subject switch
        {
            AggregationSubject.Account => $"select c.account, '' as key, null as second, 0 as resource, {Sums}, 0 as affected from {Evidence()} group by c.account",
            AggregationSubject.Title => $"""
                select t.account, e.title as key, v.display as second, 0 as resource, cast(sum(t.total) as bigint) as total, cast(sum(t.critical) as bigint) as critical, cast(sum(t.high) as bigint) as high,
                    cast(sum(t.medium) as bigint) as medium, 0 as affected
                from (select account, subject, {Sums} from {Evidence()} group by account, subject) as t join evidence e on e.id = t.subject left join vulnerability v on v.id = e.vulnerability
                {Where(query.Texts, "e.title", query.Vulnerabilities, "v.display", values)} group by t.account, e.title, v.display
                """,
            AggregationSubject.Package => $"""
                select c.account, p.name as key, null as second, 0 as resource, {Sums}, 0 as affected
                from {Evidence()} join (select distinct evidence, name from evidence_package where account in ({list}) and region = {scope.Region.ToString(CultureInfo.InvariantCulture)}) as p on p.evidence = c.subject
                {Where(query.Texts, "p.name", [], "", values)} group by c.account, p.name
                """,
            AggregationSubject.Resource => $"select c.account, '' as key, null as second, c.subject as resource, {Sums}, 0 as affected from {Resources()} join resource on resource.id = c.subject {where} group by c.account, c.subject",
            AggregationSubject.Repository => Facts(ResourceFact.Repository),
            AggregationSubject.MachineImage => Facts(ResourceFact.MachineImage),
            _ => $"""
                select f.account, f.layer as key, f.repository as second, f.resource, {Sums}, 0 as affected from (
                    select distinct finding.account, p.layer, x.text as repository, finding.resource, finding.id, finding.severity, 1 as n
                    from resource join resource_fact x on x.resource = resource.id and x.fact = {(int)ResourceFact.Repository} join finding on finding.resource = resource.id and finding.status = 1
                    join evidence_package p on p.evidence = finding.evidence and p.layer is not null
                    where resource.account in ({list}) and resource.tenant = {scope.Tenant.ToString(CultureInfo.InvariantCulture)} and resource.region = {scope.Region.ToString(CultureInfo.InvariantCulture)}
                    {(meant.Length == 0 ? "" : $"and {string.Join(" and ", meant)}")}{(query.Texts.Count == 0 ? "" : $" and {query.Texts.Single("p.layer", values)}")}) as f
                group by f.account, f.layer, f.repository, f.resource
                """,
        };
    }

    private static string Where(IReadOnlyList<TextCondition> first, string column, IReadOnlyList<TextCondition> second, string other, SqlValues values)
    {
        string[] all = [.. first.Count > 0 ? [first.Single(column, values)] : Array.Empty<string>(), .. second.Count > 0 ? [second.Single(other, values)] : Array.Empty<string>()];
        return all.Length == 0 ? "" : $"where {string.Join(" and ", all)}";
    }

    private async Task<IReadOnlyList<Aggregate>> OfAccountsAsync(TenantScope scope, AggregationQuery query, List<(int Id, string Number)> accounts, List<Aggregate> found, CancellationToken cancel)
    {
        var fixes = $"select c.account, cast(sum(n) as bigint) from {Counted(scope, accounts.List(), Dimensions(CounterDimension.Fix, query.Types))} where c.subject = {(int)FixAvailable.Yes} group by c.account";
        var exploits = $"""
            select c.account, cast(sum(n) as bigint) from vulnerability v cross join evidence e cross join {Counted(scope, accounts.List(), Dimensions(CounterDimension.Evidence, query.Types))}
            where v.exploited = 1 and e.vulnerability = v.id and e.account in ({accounts.List()}) and c.subject = e.id group by c.account
            """;
        var numbers = accounts.ToDictionary(a => a.Id, a => a.Number);
        var fixable = (await session.QueryAsync(fixes, r => (Account: numbers[r.Int32(0)], N: r.Int64(1)), cancel)).ToDictionary(f => f.Account, f => f.N);
        var exploitable = (await session.QueryAsync(exploits, r => (Account: numbers[r.Int32(0)], N: r.Int64(1)), cancel)).ToDictionary(f => f.Account, f => f.N);
        return [.. found.Select(f => f with { Fixable = fixable.GetValueOrDefault(f.Account), Exploitable = exploitable.GetValueOrDefault(f.Account) })];
    }

    private async Task<IReadOnlyList<Aggregate>> OfResourcesAsync(List<Aggregate> found, CancellationToken cancel)
    {
        const string count = """
            select finding.resource, sum(case finding.fix when 2 then 1 else 0 end), sum(coalesce(v.exploited, 0)) from @rows as given cross join finding left join vulnerability v on v.id = finding.fingerprint
            where finding.resource = given.id and finding.status = 1 group by finding.resource
            """;
        var counts = (await session.QueryAsync(count, Rows.Of("id", [.. found.Select(f => f.Resource)]), r => (Resource: r.Int64(0), Fix: r.Int64(1), Exploit: r.Int64(2)), cancel)).ToDictionary(c => c.Resource);
        return [.. found.Select(f => counts.TryGetValue(f.Resource, out var c) ? f with { Fixable = c.Fix, Exploitable = c.Exploit } : f)];
    }
}
