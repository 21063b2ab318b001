using Vidimus.Findings;
using Vidimus.Model.Documents;
using Vidimus.Storage;

namespace Vidimus.Fleet;

/// <summary>Writes down what verdicts mean for resources: the same way whether an inventory came or a book.</summary>
internal sealed class FindingDesk(Session session, FleetServices services, VerdictDesk verdicts, DateTimeOffset now)
{
    private readonly FindingStore findings = new(session);
    private readonly ResourcePackages reading = new(new(services.Keys));

    /// <summary>Makes a resource's findings those of its packages.</summary>
    public async Task<IReadOnlyList<FindingChange>> OfResourceAsync(Scope scope, long resource, IReadOnlyList<NumberedPackage> packages, CancellationToken cancel)
    {
        var said = await verdicts.ReadAsync([.. packages.Select(p => p.Number).Distinct()], cancel);
        var names = await verdicts.FactsAsync(said.SelectMany(v => v).Select(v => v.Vulnerability), cancel);
        var built = FindingBuilder.Build(packages, said, names);
        var previous = await findings.OfResourceAsync(scope, resource, FindingKind.Package, cancel);
        return await WriteAsync(previous, [(scope, resource, built)], cancel);
    }

    /// <summary>Makes the findings of some vulnerabilities on resources those of what they hold.</summary>
    public async Task<IReadOnlyList<FindingChange>> OfVulnerabilitiesAsync(IReadOnlyList<long> resources, IReadOnlyList<long> vulnerabilities, CancellationToken cancel)
    {
        var previous = await findings.OfResourcesAsync(resources, vulnerabilities, cancel);
        var held = await new FleetStore(session).HeldAsync(resources, cancel);
        var said = (await new VerdictStore(session).OfVulnerabilitiesAsync(vulnerabilities, cancel)).ToLookup(v => v.PackageVersion);
        var names = await verdicts.FactsAsync(vulnerabilities, cancel);

        // Only documents with a version that something is said of are read.
        var hit = held.Where(h => PackageVersionSet.Decode(h.Versions).Any(said.Contains)).Select(h => h.Resource).ToHashSet();
        var built = new List<(Scope, long, IReadOnlyList<BuiltFinding>)>();
        var cache = new Dictionary<string, IReadOnlyList<BuiltFinding>>(StringComparer.Ordinal);
        foreach (var chunk in held.Where(h => hit.Contains(h.Resource)).GroupBy(h => h.Resource).Chunk(500))
        {
            var fresh = chunk.Where(g => !cache.ContainsKey(KeyOf(g))).ToList();
            var contents = await ContentsAsync([.. fresh.SelectMany(g => g).Select(h => h.Document).Distinct()], cancel);
            foreach (var group in chunk)
            {
                if (!cache.TryGetValue(KeyOf(group), out var of))
                {
                    var packages = await reading.NumberAsync(session, [.. group.Select(h => contents[h.Document])], cancel);
                    cache[KeyOf(group)] = of = FindingBuilder.Build(packages.Where(p => said.Contains(p.Number)), said, names);
                }

                built.Add((group.First().Scope, group.Key, of));
            }
        }

        return await WriteAsync(previous, built, cancel);
    }

    private static string KeyOf(IEnumerable<Holding> holdings) => string.Join(' ', holdings.Select(h => h.Document));

    private async Task<Dictionary<long, DocumentContent>> ContentsAsync(IReadOnlyList<long> documents, CancellationToken cancel) =>
        (await new FleetStore(session).BodiesAsync(documents, cancel)).ToDictionary(b => b.Key, b => InventoryDocuments.Read(b.Value));

    private async Task<IReadOnlyList<FindingChange>> WriteAsync(IReadOnlyList<Finding> previous, IReadOnlyList<(Scope Scope, long Resource, IReadOnlyList<BuiltFinding> Findings)> built, CancellationToken cancel)
    {
        var observed = new List<Observation>();
        foreach (var group in built.GroupBy(b => b.Scope))
        {
            var all = group.SelectMany(b => b.Findings).Select(f => (f.Title, Body: f.Evidence)).Distinct().ToList();
            var evidence = all.Count == 0 ? new Dictionary<Digest, long>() : await findings.PutEvidenceAsync(group.Key, all, cancel);
            foreach (var (_, resource, of) in group)
            {
                observed.AddRange(of.Select(f => new Observation(new(resource, FindingKind.Package, f.Vulnerability), new(f.Severity, f.Score, f.Fix, evidence[FindingStore.DigestOf(f.Title, f.Evidence)]))));
            }
        }

        var changes = FindingState.Observe(previous, observed, now);
        if (services.Amend is { } amend) changes = await amend(session, changes, cancel);
        return await findings.WriteAsync(changes, cancel);
    }
}
