using Vidimus.Findings;

namespace Vidimus.Storage;

public sealed partial class FindingStore
{
    /// <summary>What is wrong with a resource now, as a reader sees it: nobody waits for it.</summary>
    public async Task<IReadOnlyList<ListedFinding>> ActiveOfResourceAsync(Scope scope, long resource, CancellationToken cancel)
    {
        const string read = $"select {Listed} from finding where resource = @resource and tenant = @tenant and account = @account and region = @region and status = 1 order by id";
        return await session.QueryAsync(read, ReadListed, cancel, [.. ResourceStore.Of(scope), ("resource", resource)]);
    }
}
