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

/// <summary>Counts of active findings from the counters, so that it costs as much as there are groups, or as the page is long, and not as there are findings.</summary>
public sealed class AggregationStore(Session session)
{
    internal const string Sums = """
        cast(sum(n) as bigint) as total, cast(sum(case when severity = 5 then n else 0 end) as bigint) as critical, cast(sum(case when severity = 4 then n else 0 end) as bigint) as high,
        cast(sum(case when severity = 3 then n else 0 end) as bigint) as medium
        """;

    /// <summary>A page of groups.</summary>
    /// <exception cref="QueryTooLongException">It would take longer than <see cref="FindingSearch.TimeLimit"/>.</exception>
    public async Task<IReadOnlyList<Aggregate>> ListAsync(TenantScope scope, AggregationQuery query, CancellationToken cancel)
    {
        await session.LimitAsync(FindingSearch.TimeLimit, false, cancel);
        var accounts = await Accounts.OfAsync(session, scope.Tenant, query.Account, [query.Accounts], cancel);
        var found = await TopsAsync(scope, query, accounts, cancel) ?? await AllAsync(scope, query, accounts, cancel);
        return query.Subject switch
        {
            AggregationSubject.Account => await OfAccountsAsync(scope, query, accounts, found, cancel),
            AggregationSubject.Resource => await OfResourcesAsync(found, cancel),
            AggregationSubject.Title => await OfTitlesAsync(scope, found, cancel),
            AggregationSubject.Package => await OfPackagesAsync(found, cancel),
            AggregationSubject.ImageLayer => await OfLayersAsync(found, cancel),
            _ => found,
        };
    }

    /// <summary>The page when it is the first of what has the most, so that not all groups need to be read; null when they do.</summary>
    private async Task<List<Aggregate>?> TopsAsync(TenantScope scope, AggregationQuery query, List<(int Id, string Number)> accounts, CancellationToken cancel)
    {
        CounterDimension? dimension = query.Subject switch
        {
            AggregationSubject.Title => CounterDimension.Evidence,
            AggregationSubject.Package => CounterDimension.Package,
            AggregationSubject.Resource => CounterDimension.Resource,
            AggregationSubject.ImageLayer => CounterDimension.Layer,
            _ => null,
        };
        if (dimension is null || query.Ascending || query.Sort == AggregationSort.Affected || query.Texts.Count > 0 || query.Vulnerabilities.Count > 0 || query.Criteria.Conditions("", new()).Any()) return null;
        FindingSeverity[] sortedBy = query.Sort switch { AggregationSort.High => [FindingSeverity.High], AggregationSort.All => Enum.GetValues<FindingSeverity>(), _ => [FindingSeverity.Critical] };
        var tops = await new CounterTops(session, scope, [.. accounts.Select(a => a.Id)], dimension.Value, query.Types, sortedBy).FirstAsync(query.Offset + query.Limit, cancel);
        var numbers = accounts.ToDictionary(a => a.Id, a => a.Number);
        return tops?.Skip(query.Offset).Select(t => new Aggregate(numbers[t.Account], "", null, t.Subject, t.All, t.Critical, t.High, t.Medium, 0)).ToList();
    }

    /// <summary>The page from all groups.</summary>
    private async Task<List<Aggregate>> AllAsync(TenantScope scope, AggregationQuery query, List<(int Id, string Number)> accounts, CancellationToken cancel)
    {
        var values = new SqlValues();
        var groups = Groups(scope, query, accounts, values);
        var sort = query.Sort switch { AggregationSort.High => "high", AggregationSort.All => "total", AggregationSort.Affected => "affected", _ => "critical" };
        var sql = $"""
            select account.number, g.key, g.second, g.resource, g.total, g.critical, g.high, g.medium, g.affected from ({groups}) as g join account on account.id = g.account
            where g.total > 0 order by g.{sort} {(query.Ascending ? "asc" : "desc")}, g.account, g.key, g.resource limit {query.Limit} offset {query.Offset}
            """;
        return await session.QueryAsync(sql, r => new Aggregate(r.GetString(0), r.GetString(1), r.StringOrNull(2), r.Int64(3), r.Int64(4), r.Int64(5), r.Int64(6), r.Int64(7), r.Int64(8)), cancel, values.All);
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
        string Fixes() => Counted(scope, list, Dimensions(CounterDimension.Fix, query.Types));
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
            AggregationSubject.Account => $"select c.account, '' as key, null as second, 0 as resource, {Sums}, 0 as affected from {Fixes()} group by c.account",
            AggregationSubject.Title when query.Texts.Count == 0 && query.Vulnerabilities.Count == 0 =>
                $"select c.account, '' as key, null as second, c.subject as resource, {Sums}, 0 as affected from {Evidence()} group by c.account, c.subject",
            AggregationSubject.Title => $"""
                select t.account, '' as key, null as second, t.subject as resource, t.total, t.critical, t.high, t.medium, 0 as affected
                from (select c.account, c.subject, {Sums} from {Evidence()} group by c.account, c.subject) as t join evidence e on e.id = t.subject left join vulnerability v on v.id = e.vulnerability
                {Where(query.Texts, "e.title", query.Vulnerabilities, "v.display", values)}
                """,
            AggregationSubject.Package => $"""
                select c.account, '' as key, null as second, c.subject as resource, {Sums}, 0 as affected from {Counted(scope, list, Dimensions(CounterDimension.Package, query.Types))}
                {(query.Texts.Count == 0 ? "" : $"join package_name p on p.id = c.subject {Where(query.Texts, "p.name", [], "", values)}")} group by c.account, c.subject
                """,
            AggregationSubject.Resource => $"select c.account, '' as key, null as second, c.subject as resource, {Sums}, 0 as affected from {Resources()} join resource on resource.id = c.subject {where} group by c.account, c.subject",
            AggregationSubject.Repository => Facts(ResourceFact.Repository),
            AggregationSubject.MachineImage => Facts(ResourceFact.MachineImage),
            _ => $"""
                select c.account, '' as key, null as second, c.subject as resource, {Sums}, 0 as affected from {Counted(scope, list, $"dimension = {(int)CounterDimension.Layer}")} join resource on resource.id = c.subject / {CounterTops.LayerSpan}
                where {SqlText.Exists($"select 1 from resource_fact x where x.resource = resource.id and x.fact = {(int)ResourceFact.Repository}")}
                {(meant.Length == 0 ? "" : $"and {string.Join(" and ", meant)}")}{(query.Texts.Count == 0 ? "" : $" and {SqlText.Exists($"select 1 from layer_name l where l.id = c.subject % {CounterTops.LayerSpan} and {query.Texts.Single("l.name", values)}")}")}
                group by c.account, c.subject
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
        var exploits = query.Types.Count == 0
            ? $"""
                select c.account, cast(sum(n) as bigint) from vulnerability v cross join {Counted(scope, accounts.List(), $"dimension = {(int)CounterDimension.Vulnerability} and subject in (select id from vulnerability where exploited = 1)")}
                where v.exploited = 1 and c.subject = v.id group by c.account
                """
            : $"""
                select c.account, cast(sum(n) as bigint) from vulnerability v cross join evidence e cross join {Counted(scope, accounts.List(), Dimensions(CounterDimension.Evidence, query.Types))}
                where v.exploited = 1 and e.vulnerability = v.id and e.account in ({accounts.List()}) and c.subject = e.id group by c.account
                """;
        var numbers = accounts.ToDictionary(a => a.Id, a => a.Number);
        var fixable = (await session.QueryAsync(fixes, r => (Account: numbers[r.Int32(0)], N: r.Int64(1)), cancel)).ToDictionary(f => f.Account, f => f.N);
        var exploitable = (await session.QueryAsync(exploits, r => (Account: numbers[r.Int32(0)], N: r.Int64(1)), cancel)).ToDictionary(f => f.Account, f => f.N);
        return [.. found.Select(f => f with { Fixable = fixable.GetValueOrDefault(f.Account), Exploitable = exploitable.GetValueOrDefault(f.Account) })];
    }

    /// <summary>The words of a page of titles, which were counted by the number of their first evidence.</summary>
    private async Task<IReadOnlyList<Aggregate>> OfTitlesAsync(TenantScope scope, List<Aggregate> found, CancellationToken cancel)
    {
        const string get = """
            select evidence.id, evidence.title, v.display from @rows as given cross join evidence left join vulnerability v on v.id = evidence.vulnerability
            where evidence.id = given.id and evidence.tenant = @tenant and evidence.region = @region
            """;
        var titles = (await session.QueryAsync(get, Rows.Of("id", [.. found.Select(f => f.Resource)]), r => (Id: r.Int64(0), Title: r.GetString(1), Display: r.StringOrNull(2)), cancel,
            ("tenant", scope.Tenant), ("region", scope.Region))).ToDictionary(t => t.Id);
        return [.. found.Where(f => titles.ContainsKey(f.Resource)).Select(f => f with { Key = titles[f.Resource].Title, Second = titles[f.Resource].Display, Resource = 0 })];
    }

    /// <summary>The names of a page of packages, which were counted by number.</summary>
    private async Task<IReadOnlyList<Aggregate>> OfPackagesAsync(List<Aggregate> found, CancellationToken cancel)
    {
        var names = (await session.QueryAsync("select package_name.id, package_name.name from @rows as given cross join package_name where package_name.id = given.id",
            Rows.Of("id", [.. found.Select(f => f.Resource).Distinct()]), r => (Id: r.Int64(0), Name: r.GetString(1)), cancel)).ToDictionary(n => n.Id, n => n.Name);
        return [.. found.Select(f => f with { Key = names[f.Resource], Resource = 0 })];
    }

    /// <summary>Resources, layers and repositories of a page of layers, which were counted by resource and layer in one number.</summary>
    private async Task<IReadOnlyList<Aggregate>> OfLayersAsync(List<Aggregate> found, CancellationToken cancel)
    {
        var get = $"""
            select given.subject, layer_name.name, x.text from @rows as given cross join layer_name cross join resource_fact x
            where layer_name.id = given.layer and x.resource = given.resource and x.fact = {(int)ResourceFact.Repository}
            """;
        var rows = Rows.Of(found).Add("subject", f => f.Resource).Add("layer", f => f.Resource & int.MaxValue).Add("resource", f => f.Resource >> 31);
        var names = (await session.QueryAsync(get, rows, r => (Subject: r.Int64(0), Layer: r.GetString(1), Repository: r.GetString(2)), cancel)).ToDictionary(n => n.Subject);
        return [.. found.Select(f => f with { Key = names[f.Resource].Layer, Second = names[f.Resource].Repository, Resource = f.Resource >> 31 })];
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
