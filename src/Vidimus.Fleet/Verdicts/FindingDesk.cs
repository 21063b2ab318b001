using System.Threading.Channels;
using Vidimus.Findings;
using Vidimus.Model.Documents;
using Vidimus.Storage;

namespace Vidimus.Fleet;

/// <summary>Writes down what verdicts mean for resources: the same way whether an inventory came or a book.</summary>
internal sealed class FindingDesk(Session session, FleetServices services, VerdictDesk verdicts, DateTimeOffset now)
{
    /// <summary>Resources that are written together. Small enough that the first are written while the others are still made out.</summary>
    private const int PartSize = 10_000;

    private readonly FindingStore findings = new(session);
    private readonly ResourcePackages reading = new(new(services.Keys));

    /// <summary>Makes a resource's findings those of its packages.</summary>
    public async Task<IReadOnlyList<FindingChange>> OfResourceAsync(Scope scope, long resource, IReadOnlyList<NumberedPackage> packages, CancellationToken cancel)
    {
        var said = await verdicts.ReadAsync([.. packages.Select(p => p.Number).Distinct()], cancel);
        var names = await verdicts.FactsAsync(said.SelectMany(v => v).Select(v => v.Vulnerability), cancel);
        var built = FindingBuilder.Build(packages, said, names);
        var previous = await findings.OfResourceAsync(scope, resource, FindingKind.Package, cancel);
        return await WriteAsync(previous, [new(scope, resource, built)], cancel);
    }

    /// <summary>Makes the findings of some vulnerabilities on resources those of what they hold.</summary>
    /// <remarks>What a part of the resources holds is read and made out while the part before is written: documents never change, and what is held changes only for who has taken the resource. The first part is read already while the others are taken.</remarks>
    /// <param name="resources">Ascending.</param>
    public async Task OfVulnerabilitiesAsync(IReadOnlyList<long> resources, IReadOnlyList<long> vulnerabilities, Postings postings, CancellationToken cancel)
    {
        var said = (await new VerdictStore(session).OfVulnerabilitiesAsync(vulnerabilities, cancel)).ToLookup(v => v.PackageVersion);
        long[] versions = [.. said.Select(v => v.Key)];
        var names = await verdicts.FactsAsync(vulnerabilities, cancel);
        var numbers = (await new PackageVersionStore(session).GetAsync(versions, cancel)).ToDictionary(v => v.Value, v => v.Key);
        var source = new Source(await postings.DocumentsAsync(versions, cancel), numbers, said, names);

        long[][] parts = [.. resources.Chunk(PartSize)];
        if (parts.Length == 0) return;
        await findings.TakeAsync(parts[0], cancel);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var made = Channel.CreateBounded<IReadOnlyList<Built>>(2);
        var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var making = Task.Run(() => MakeAsync(parts, taken.Task, source, made.Writer, stop.Token), CancellationToken.None);
        try
        {
            await findings.TakeAsync([.. parts.Skip(1).SelectMany(p => p)], cancel);
            taken.SetResult();
            foreach (var part in parts)
            {
                var previous = await findings.OfResourcesAsync(part, vulnerabilities, cancel);
                await WriteAsync(previous, await made.Reader.ReadAsync(cancel), cancel);
            }
        }
        catch (ChannelClosedException e) when (e.InnerException is { } reason)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(reason);
        }
        finally
        {
            await stop.CancelAsync();
            await making;
        }
    }

    /// <summary>Makes out the findings of part after part; what goes wrong is told by the channel.</summary>
    /// <param name="taken">Done when the resources of all parts are taken; those of the first are already.</param>
    private async Task MakeAsync(long[][] parts, Task taken, Source source, ChannelWriter<IReadOnlyList<Built>> made, CancellationToken cancel)
    {
        try
        {
            var cache = new Dictionary<string, IReadOnlyList<BuiltFinding>>(StringComparer.Ordinal);
            foreach (var part in parts)
            {
                if (part != parts[0]) await taken.WaitAsync(cancel);
                await using var look = await services.Database.ReadAsync(cancel); // sees what stood when the part had been taken, or later
                await made.WriteAsync(await MakeAsync(new(look), part, source, cache, cancel), cancel);
            }

            made.Complete();
        }
#pragma warning disable CA1031 // Whatever it is, who reads gets it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            made.TryComplete(e);
        }
    }

    /// <summary>Each document is looked at once, however many hold it, and read only when it has a version that something is said of.</summary>
    private async Task<IReadOnlyList<Built>> MakeAsync(FleetStore fleet, long[] part, Source source, Dictionary<string, IReadOnlyList<BuiltFinding>> cache, CancellationToken cancel)
    {
        var held = (await fleet.HeldAsync(part, cancel)).GroupBy(h => h.Resource).Where(g => g.Any(h => source.Documents.Contains(h.Document)))
            .Select(g => (g.First().Scope, Resource: g.Key, Documents: g.Select(h => h.Document).ToArray(), Key: string.Join(' ', g.Select(h => h.Document)))).ToArray();
        var unread = held.Where(h => !cache.ContainsKey(h.Key)).DistinctBy(h => h.Key).ToArray();
        foreach (var chunk in unread.Chunk(1000)) // so many documents at a time in memory
        {
            var bodies = await fleet.BodiesAsync([.. chunk.SelectMany(h => h.Documents).Distinct()], cancel);
            foreach (var one in chunk)
            {
                var packages = reading.Versions([.. one.Documents.Select(d => InventoryDocuments.Read(bodies[d]))])
                    .Where(p => source.Numbers.ContainsKey(p.Version)).Select(p => new NumberedPackage(source.Numbers[p.Version], p.Item, p.Os));
                cache[one.Key] = FindingBuilder.Build(packages, source.Said, source.Names);
            }
        }

        return [.. held.Select(h => new Built(h.Scope, h.Resource, cache[h.Key]))];
    }

    private async Task<IReadOnlyList<FindingChange>> WriteAsync(IReadOnlyList<Finding> previous, IReadOnlyList<Built> built, CancellationToken cancel)
    {
        var evidence = await findings.PutEvidenceAsync([.. built.SelectMany(b => b.Findings, (b, f) => (b.Scope, f.Evidence))], cancel);
        var observed = built.SelectMany(b => b.Findings, (b, f) => new Observation(new(b.Resource, FindingKind.Package, f.Vulnerability), new(f.Severity, f.Score, f.Fix, evidence[(b.Scope, f.Evidence.Digest)])));
        return await findings.WriteAsync(FindingState.Observe(previous, observed, now), cancel);
    }

    /// <summary>A resource's findings to be.</summary>
    private readonly record struct Built(Scope Scope, long Resource, IReadOnlyList<BuiltFinding> Findings);

    /// <summary>What findings are made of.</summary>
    /// <param name="Documents">Those with a version that something is said of.</param>
    /// <param name="Numbers">Of the versions that something is said of.</param>
    private sealed record Source(IReadOnlySet<long> Documents, IReadOnlyDictionary<PackageVersion, long> Numbers, ILookup<long, Verdict> Said, IReadOnlyDictionary<long, VulnerabilityFacts> Names);
}
