using Vidimus.Findings;

namespace Vidimus.Storage;

public sealed partial class FindingStore
{
    /// <summary>When a finding last changed, in milliseconds; 0 for never.</summary>
    /// <param name="account">One account; null for all of the tenant.</param>
    public async Task<long> LatestAsync(TenantScope scope, int? account, CancellationToken cancel)
    {
        const string latest = """
            select coalesce(max((select max(finding.updated_ms) from finding where finding.account = account.id and finding.region = @region)), 0) from account
            where account.tenant = @tenant and (@account = 0 or account.id = @account)
            """;
        return (await session.QueryAsync(latest, r => r.Int64(0), cancel, ("tenant", scope.Tenant), ("region", scope.Region), ("account", account ?? 0)))[0];
    }

    /// <summary>What is wrong with a resource now, as a reader sees it: nobody waits for it.</summary>
    public async Task<IReadOnlyList<ListedFinding>> ActiveOfResourceAsync(Scope scope, long resource, CancellationToken cancel)
    {
        const string read = $"select {Listed} from finding where resource = @resource and tenant = @tenant and account = @account and region = @region and status = 1 order by id";
        return await session.QueryAsync(read, ReadListed, cancel, [.. ResourceStore.Of(scope), ("resource", resource)]);
    }
}
