using System.Data.Common;
using Vidimus.Findings;

namespace Vidimus.Storage;

/// <summary>A resource type that an account has, or once had, switched on.</summary>
/// <param name="Type">Inspector's word: <c>EC2</c>, <c>ECR</c>, <c>LAMBDA</c>, <c>LAMBDA_CODE</c>, <c>CODE_REPOSITORY</c>.</param>
/// <param name="First">When it was first on.</param>
/// <param name="Changed">When it last went on or off.</param>
public sealed record Enablement(int Account, string Type, bool Enabled, DateTimeOffset First, DateTimeOffset Changed);

/// <summary>Which resource types accounts have scanned.</summary>
public sealed class EnablementStore(Session session)
{
    private const string Columns = "account, type, enabled, first_ms, changed_ms";

    public async Task<IReadOnlyList<Enablement>> OfAccountAsync(Scope scope, CancellationToken cancel)
    {
        const string get = $"select {Columns} from enablement where tenant = @tenant and account = @account and region = @region order by type";
        return await session.QueryAsync(get, Read, cancel, ResourceStore.Of(scope));
    }

    public async Task<IReadOnlyList<Enablement>> OfAccountsAsync(TenantScope scope, IReadOnlyList<long> accounts, CancellationToken cancel)
    {
        const string get = $"select {Columns} from enablement where tenant = @tenant and region = @region and account in (select id from @rows as given) order by account, type";
        return await session.QueryAsync(get, Rows.Of("id", accounts), Read, cancel, ("tenant", scope.Tenant), ("region", scope.Region));
    }

    /// <summary>Switches types on or off, and gives how many went from one to the other.</summary>
    public Task<int> SetAsync(Scope scope, IReadOnlyList<string> types, bool enabled, DateTimeOffset now, CancellationToken cancel)
    {
        const string on = """
            insert into enablement (tenant, account, region, type, enabled, first_ms, changed_ms) select @tenant, @account, @region, given.type, 1, @now, @now from @rows as given where true
            on conflict (tenant, account, region, type) do update set enabled = 1, changed_ms = excluded.changed_ms where enablement.enabled = 0
            """;
        const string off = """
            update enablement set enabled = 0, changed_ms = @now
            where tenant = @tenant and account = @account and region = @region and enabled = 1 and type in (select type from @rows as given)
            """;
        var rows = Rows.Of([.. types.Distinct().Order(StringComparer.Ordinal)]).Add("type", t => t);
        return session.ExecuteAsync(enabled ? on : off, rows, cancel, [.. ResourceStore.Of(scope), ("now", now.Milliseconds())]);
    }

    /// <summary>The accounts that switched everything off before the time: their findings are to be removed.</summary>
    [AcrossTenants("retention works for all")]
    public async Task<IReadOnlyList<Scope>> OffSinceAsync(DateTimeOffset before, CancellationToken cancel)
    {
        const string off = """
            select tenant, account, region from enablement group by tenant, account, region having max(enabled) = 0 and max(changed_ms) <= @before order by tenant, account, region
            """;
        return await session.QueryAsync(off, r => new Scope(r.Int32(0), r.Int32(1), r.Int32(2)), cancel, ("before", before.Milliseconds()));
    }

    private static Enablement Read(DbDataReader r) => new(r.Int32(0), r.GetString(1), r.Int32(2) != 0, r.Time(3), r.Time(4));
}
