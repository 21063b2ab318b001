using Vidimus.Findings;

namespace Vidimus.Storage;

public sealed partial class FindingStore
{
    /// <summary>All findings of some vulnerabilities on some resources, all incarnations. Others who want to write findings of those resources wait until this transaction ends.</summary>
    [AcrossTenants("what becomes of a vulnerability becomes of it everywhere")]
    public async Task<IReadOnlyList<Finding>> OfResourcesAsync(IReadOnlyList<long> resources, IReadOnlyList<long> vulnerabilities, CancellationToken cancel)
    {
        if (session.ForUpdate.Length > 0)
        {
            await session.QueryAsync($"select id from resource where id in (select id from @rows as given) order by id {session.ForUpdate}", Rows.Of("id", resources), r => r.Int64(0), cancel);
        }

        const string read = $"""
            select {Columns} from @rows as given cross join resource cross join finding
            where resource.id = given.resource and finding.tenant = resource.tenant and finding.region = resource.region and finding.kind = 1 and finding.fingerprint = given.fingerprint
            and finding.resource = given.resource
            """;
        var pairs = vulnerabilities.Order().SelectMany(v => resources, (v, r) => (Vulnerability: v, Resource: r)).ToArray();
        return await session.QueryAsync(read, Rows.Of(pairs).Add("fingerprint", p => p.Vulnerability).Add("resource", p => p.Resource), Read, cancel);
    }
}
