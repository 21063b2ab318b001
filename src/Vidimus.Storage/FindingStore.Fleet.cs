using Vidimus.Findings;

namespace Vidimus.Storage;

public sealed partial class FindingStore
{
    /// <summary>Takes resources for writing their findings: others who want to wait until this transaction ends.</summary>
    [AcrossTenants("what becomes of a vulnerability becomes of it everywhere")]
    public async Task TakeAsync(IReadOnlyList<long> resources, CancellationToken cancel)
    {
        if (session.ForUpdate.Length == 0) return;
        await session.QueryAsync($"select id from resource where id in (select id from @rows as given) order by id {session.ForUpdate}", Rows.Of("id", resources), _ => 0, cancel);
    }

    /// <summary>All findings of some vulnerabilities on some resources, all incarnations. Who will write them takes the resources before, by <see cref="TakeAsync"/>.</summary>
    [AcrossTenants("what becomes of a vulnerability becomes of it everywhere")]
    public async Task<IReadOnlyList<Finding>> OfResourcesAsync(IReadOnlyList<long> resources, IReadOnlyList<long> vulnerabilities, CancellationToken cancel)
    {
        const string read = $"""
            select {Columns} from @rows as given cross join resource cross join finding
            where resource.id = given.resource and finding.tenant = resource.tenant and finding.account = resource.account and finding.region = resource.region and finding.kind = 1 and finding.fingerprint = given.fingerprint
            and finding.resource = given.resource
            """;
        var pairs = vulnerabilities.Order().SelectMany(v => resources, (v, r) => (Vulnerability: v, Resource: r)).ToArray();
        return await session.QueryAsync(read, Rows.Of(pairs).Add("fingerprint", p => p.Vulnerability).Add("resource", p => p.Resource), Read, cancel);
    }
}
