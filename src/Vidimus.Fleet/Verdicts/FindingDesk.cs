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

        // Each document is looked at once, however many hold it, and read only when it has a version that something is said of.
        long[] versions = [.. said.Select(v => v.Key)];
        var numbers = (await new PackageVersionStore(session).GetAsync(versions, cancel)).ToDictionary(v => v.Value, v => v.Key);
        var hit = await HitAsync([.. held.Select(h => h.Document).Distinct()], said, cancel);
        var hitResources = held.Where(h => hit.Contains(h.Document)).Select(h => h.Resource).ToHashSet();
        var built = new List<(Scope, long, IReadOnlyList<BuiltFinding>)>();
        var cache = new Dictionary<string, IReadOnlyList<BuiltFinding>>(StringComparer.Ordinal);
        foreach (var chunk in held.Where(h => hitResources.Contains(h.Resource)).GroupBy(h => h.Resource).Chunk(2000))
        {
            var contents = await ContentsAsync([.. chunk.Where(g => !cache.ContainsKey(KeyOf(g))).SelectMany(g => g).Select(h => h.Document).Distinct()], cancel);
            foreach (var group in chunk)
            {
                if (!cache.TryGetValue(KeyOf(group), out var of))
                {
                    var packages = reading.Versions([.. group.Select(h => contents[h.Document])]).Where(p => numbers.ContainsKey(p.Version)).Select(p => new NumberedPackage(numbers[p.Version], p.Item, p.Os));
                    cache[KeyOf(group)] = of = FindingBuilder.Build(packages, said, names);
                }

                built.Add((group.First().Scope, group.Key, of));
            }
        }

        return await WriteAsync(previous, built, cancel);
    }

    /// <summary>The documents with a version that something is said of.</summary>
    private async Task<HashSet<long>> HitAsync(IReadOnlyList<long> documents, ILookup<long, Verdict> said, CancellationToken cancel)
    {
        var hit = new HashSet<long>();
        foreach (var chunk in documents.Chunk(2000))
        {
            foreach (var (document, versions) in await new FleetStore(session).VersionsAsync(chunk, cancel))
            {
                if (PackageVersionSet.Decode(versions).Any(said.Contains)) hit.Add(document);
            }
        }

        return hit;
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

        return await findings.WriteAsync(FindingState.Observe(previous, observed, now), cancel);
    }
}
