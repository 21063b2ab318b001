using Vidimus.Findings;

namespace Vidimus.Storage;

/// <summary>How much of a kind of resource an account had watched.</summary>
/// <param name="New">Resources first seen since the time asked for.</param>
/// <param name="Hours">From then, or from when each was first seen, to its last scan.</param>
public sealed record ResourceUsage(int Account, string Kind, long New, double Hours);

/// <summary>What was watched.</summary>
public sealed class UsageStore(Session session)
{
    public async Task<IReadOnlyList<ResourceUsage>> OfAccountsAsync(TenantScope scope, IReadOnlyList<long> accounts, DateTimeOffset since, CancellationToken cancel)
    {
        const string usage = """
            select account, kind, cast(sum(case when first_ms >= @since then 1 else 0 end) as bigint),
                cast(sum(case when first_ms > @since then last_scan_ms - first_ms else last_scan_ms - @since end) as bigint)
            from resource where tenant = @tenant and region = @region and account in (select id from @rows as given) and last_scan_ms > @since
            group by account, kind order by account, kind
            """;
        return await session.QueryAsync(usage, Rows.Of("id", accounts), r => new ResourceUsage(r.Int32(0), r.GetString(1), r.Int64(2), r.Int64(3) / 3_600_000.0), cancel,
            ("tenant", scope.Tenant), ("region", scope.Region), ("since", since.Milliseconds()));
    }
}
