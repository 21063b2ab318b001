using Vidimus.Findings;
using Vidimus.Storage;

namespace Vidimus.Fleet;

/// <summary>What becomes of findings when a resource stops, goes, or is no longer watched. Whoever pushes it again brings it back: within seven days the same findings.</summary>
public sealed class Coverage(FleetServices services)
{
    /// <summary>A stopped machine: its findings stay, and advisories go on changing them.</summary>
    public Task StoppedAsync(Scope scope, IReadOnlyList<long> resources, CancellationToken cancel) => StatusAsync(scope, resources, new(false, "EC2_INSTANCE_STOPPED"), cancel);

    /// <summary>The resource was deleted or terminated.</summary>
    public Task<int> GoneAsync(Scope scope, IReadOnlyList<long> resources, CancellationToken cancel) => EndAsync(scope, resources, ScanStatus.Terminated, ClosingReason.ResourceGone, cancel);

    /// <summary>The resource is no longer watched, since its time has lapsed.</summary>
    public Task<int> LapsedAsync(Scope scope, IReadOnlyList<long> resources, CancellationToken cancel) => EndAsync(scope, resources, new(false, "SCAN_ELIGIBILITY_EXPIRED"), ClosingReason.CoverageEnded, cancel);

    /// <summary>Scanning resources of some kinds was switched off for the account in the region: their findings close and are deleted a day later; their history stays until retention ends.</summary>
    public async Task<int> DisableAsync(Scope scope, IReadOnlyList<string> kinds, CancellationToken cancel)
    {
        const int page = 500;
        var closed = 0;
        for (var after = 0L; ;)
        {
            IReadOnlyList<Resource> resources;
            await using (var session = await services.Database.ReadAsync(cancel)) resources = await new ResourceStore(session).ListAsync(scope.OfTenant, after, page, cancel);
            if (resources.Count == 0) return closed;
            after = resources[^1].Id;
            long[] own = [.. resources.Where(r => r.Scope == scope && kinds.Contains(r.Key.Kind)).Select(r => r.Id)];
            if (own.Length > 0) closed += await EndAsync(scope, own, new(false, "PENDING_DISABLE"), ClosingReason.Disabled, cancel);
        }
    }

    /// <summary>No inventory came for too long: what was found stays, until one comes or the machine goes.</summary>
    public Task StaleAsync(Scope scope, IReadOnlyList<long> resources, CancellationToken cancel) => StatusAsync(scope, resources, new(false, "STALE_INVENTORY"), cancel);

    private Task<int> StatusAsync(Scope scope, IReadOnlyList<long> resources, ScanStatus status, CancellationToken cancel) =>
        Conflicts.WriteAsync(services.Database, session => new ResourceStore(session).SetStatusAsync(scope, resources, status, services.Time.GetUtcNow(), cancel), cancel);

    private Task<int> EndAsync(Scope scope, IReadOnlyList<long> resources, ScanStatus status, ClosingReason reason, CancellationToken cancel) => Conflicts.WriteAsync(services.Database, async session =>
    {
        var findings = new FindingStore(session);
        var changes = new List<FindingChange>();
        foreach (var resource in resources.Order())
        {
            foreach (var kind in Enum.GetValues<FindingKind>()) changes.AddRange(FindingState.End(await findings.OfResourceAsync(scope, resource, kind, cancel), reason, services.Time.GetUtcNow()));
        }

        await findings.WriteAsync(changes, cancel);
        await new ResourceStore(session).SetStatusAsync(scope, resources, status, services.Time.GetUtcNow(), cancel);
        await new FleetStore(session).LockAsync(cancel);
        await new DocumentStore(session).ReleaseAsync(scope, resources, cancel);
        return changes.Count;
    }, cancel);
}
