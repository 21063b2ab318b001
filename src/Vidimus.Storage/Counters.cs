using Vidimus.Findings;

namespace Vidimus.Storage;

/// <summary>What is counted.</summary>
public enum CounterDimension : short
{
    /// <summary>Findings of an account that are not closed; the subject is their status.</summary>
    Status = 1,

    /// <summary>Active findings of a vulnerability.</summary>
    Vulnerability = 2,

    /// <summary>Active findings of a resource.</summary>
    Resource = 3,

    /// <summary>Active findings of an image's layer; the subject is the resource times 2^31 and the layer's number in <c>layer_name</c>.</summary>
    Layer = 4,

    /// <summary>Active findings of a title, so of its packages too; the subject is the account's first evidence of it. These are on resources of the first type; those of the others follow, in the order of <see cref="Findings.Contents.InspectorForm.Types"/>.</summary>
    Evidence = 100,

    /// <summary>Active findings by whether there is a fix, as <see cref="Evidence"/> by type.</summary>
    Fix = 200,

    /// <summary>Active findings of a package, the subject its number in <c>package_name</c>, as <see cref="Evidence"/> by type.</summary>
    Package = 300,
}

/// <summary>Counts of findings by severity, exact at every moment. Who changes findings only appends differences, so that no two writers meet in a row that all of them count in.</summary>
public sealed class Counters(Session session)
{
    /// <summary>Appends what a set of changes does to the counts.</summary>
    internal const string Count = """
        with moved as (
            select given.resource, given.kind, given.fingerprint, given.status, given.severity, given.evidence, given.fix, 1 as n from @rows as given where given.status <> 3
            union all
            select given.resource, given.kind, given.before_fingerprint, given.before_status, given.before_severity, given.before_evidence, given.before_fix, -1 from @rows as given where given.before_status <> 3),
        placed as (
            select resource.tenant, resource.account, resource.region, resource.type, moved.resource, moved.kind, moved.fingerprint, moved.status, moved.severity, moved.evidence, moved.fix, moved.n
            from moved cross join resource where resource.id = moved.resource),
        shown as (
            select tenant, account, region, type, evidence, severity, sum(n) as n from placed where status = 1 group by tenant, account, region, type, evidence, severity),
        titled as (
            select shown.tenant, shown.account, shown.region, shown.type, coalesce((select evidence.titled from evidence where evidence.id = shown.evidence), shown.evidence) as evidence, shown.severity, shown.n
            from shown),
        named as (
            select distinct given.evidence, package_name.id as package from (select distinct evidence from titled) as given cross join evidence_package cross join package_name
            where evidence_package.evidence = given.evidence and package_name.name = evidence_package.name),
        layered as (
            select distinct given.evidence, layer_name.id as layer from (select distinct evidence from placed where status = 1) as given cross join evidence_package cross join layer_name
            where evidence_package.evidence = given.evidence and layer_name.name = evidence_package.layer),
        summed as (
            select tenant, account, region, 1 as dimension, status as subject, severity, sum(n) as n from placed group by tenant, account, region, status, severity
            union all select tenant, account, region, 2, fingerprint, severity, sum(n) from placed where status = 1 and kind = 1 group by tenant, account, region, fingerprint, severity
            union all select tenant, account, region, 3, resource, severity, sum(n) from placed where status = 1 group by tenant, account, region, resource, severity
            union all select placed.tenant, placed.account, placed.region, 4, placed.resource * 2147483648 + layered.layer, placed.severity, sum(placed.n)
                from placed join layered on layered.evidence = placed.evidence where placed.status = 1
                group by placed.tenant, placed.account, placed.region, placed.resource, layered.layer, placed.severity
            union all select tenant, account, region, 200 + type, fix, severity, sum(n) from placed where status = 1 group by tenant, account, region, type, fix, severity
            union all select tenant, account, region, 100 + type, evidence, severity, sum(n) from titled group by tenant, account, region, type, evidence, severity
            union all select titled.tenant, titled.account, titled.region, 300 + titled.type, named.package, titled.severity, sum(titled.n) from titled join named on named.evidence = titled.evidence
                group by titled.tenant, titled.account, titled.region, titled.type, named.package, titled.severity)
        insert into counter_change (tenant, account, region, dimension, subject, severity, n)
        select tenant, account, region, dimension, subject, severity, n from summed where n <> 0
        """;

    /// <summary>The counts of the account for some subjects of a dimension; what is nought is left out.</summary>
    public async Task<IReadOnlyDictionary<(long Subject, FindingSeverity Severity), long>> ReadAsync(Scope scope, CounterDimension dimension, IReadOnlyList<long> subjects, CancellationToken cancel)
    {
        const string read = """
            select subject, severity, cast(sum(n) as bigint) from (
                select subject, severity, n from counter
                where tenant = @tenant and region = @region and dimension = @dimension and subject in (select subject from @rows as given) and account = @account
                union all
                select subject, severity, n from counter_change
                where tenant = @tenant and region = @region and dimension = @dimension and subject in (select subject from @rows as given) and account = @account) as parts
            group by subject, severity having sum(n) <> 0
            """;
        var found = await session.QueryAsync(read, Rows.Of("subject", subjects), r => (Subject: r.Int64(0), Severity: (FindingSeverity)r.Int32(1), N: r.Int64(2)), cancel,
            [.. ResourceStore.Of(scope), ("dimension", (int)dimension)]);
        return found.ToDictionary(f => (f.Subject, f.Severity), f => f.N);
    }

    /// <summary>Adds the oldest differences to the sums, at most <paramref name="limit"/>, and gives how many. Run by one worker at a time, others wait.</summary>
    [AcrossTenants("a worker's chore; it changes no count")]
    public async Task<int> RollUpAsync(int limit, CancellationToken cancel)
    {
        await session.LockAsync("counters", cancel);
        const string take = "delete from counter_change where id in (select id from counter_change order by id limit @limit) returning tenant, account, region, dimension, subject, severity, n";
        var taken = await session.QueryAsync(take, r => (Tenant: r.Int64(0), Account: r.Int64(1), Region: r.Int64(2), Dimension: r.Int64(3), Subject: r.Int64(4), Severity: r.Int64(5), N: r.Int64(6)), cancel, ("limit", limit));
        if (taken.Count == 0) return 0;

        const string add = """
            insert into counter (tenant, account, region, dimension, subject, severity, n)
            select given.tenant, given.account, given.region, given.dimension, given.subject, given.severity, given.n from @rows as given where true
            on conflict (tenant, account, region, dimension, subject, severity) do update set n = counter.n + excluded.n
            """;
        var sums = taken.GroupBy(t => t with { N = 0 }).Select(g => g.Key with { N = g.Sum(t => t.N) }).Where(t => t.N != 0).ToArray();
        var rows = Rows.Of(sums).Add("tenant", s => s.Tenant).Add("account", s => s.Account).Add("region", s => s.Region)
            .Add("dimension", s => s.Dimension).Add("subject", s => s.Subject).Add("severity", s => s.Severity).Add("n", s => s.N);
        await session.ExecuteAsync(add, rows, cancel);
        return taken.Count;
    }
}
