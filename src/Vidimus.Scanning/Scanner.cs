using Vidimus.Model.Files;
using Vidimus.Model.Inventory;
using Vidimus.Model.Matching;

namespace Vidimus.Scanning;

/// <summary>Trees × collectors: makes the inventory of a target.</summary>
public sealed class Scanner(IReadOnlyList<ICollector> collectors, MatchKeys keys, ScanOptions options)
{
    private readonly CollectorIndex index = new(collectors);

    /// <summary>Scans a host, folder or archive: one layer.</summary>
    /// <exception cref="InvalidDataException">The tree as a whole can't be read.</exception>
    public Inventory Scan(IFileTree tree, TargetInfo target, CancellationToken cancel)
    {
        var facts = new LayerScanner(index, options).ScanTree(tree, OwnersOf, cancel);
        var notes = new List<Note>();
        if (tree is IOpenableTree live)
        {
            var system = new OsPackages(facts.Files, keys);
            facts = facts with { Files = Ownership.Digest(facts.Files, claim => system.Owner(claim) is not null, live, notes.Add) };
        }

        return new LayerMerge([facts]).ToInventory(target, keys, [], notes);
    }

    /// <summary>Scans an image: its layers in parallel, each once and for all images that hold it, then their merge.</summary>
    /// <exception cref="InvalidDataException">A layer can't be read, or its digest is wrong.</exception>
    public Inventory Scan(IImage image, TargetInfo target, CancellationToken cancel)
    {
        var layers = new LayerFacts[image.Layers.Count];
        var scanner = new LayerScanner(index, options);
        try
        {
            Parallel.For(0, layers.Length, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, options.Parallel), CancellationToken = cancel }, i => layers[i] = ScanLayer(image, i, scanner, cancel));
        }
        catch (AggregateException e)
        {
            throw e.InnerExceptions.FirstOrDefault(inner => inner is InvalidDataException) ?? e.InnerExceptions[0];
        }

        var merge = new LayerMerge(layers);
        var notes = new List<Note>();
        var linked = new List<(int, FileFacts)>();
        foreach (var group in merge.LinkedFiles(index.WellKnown).GroupBy(l => l.Layer))
        {
            using var tree = image.OpenLayer(group.Key);
            linked.AddRange(scanner.ScanUnderOtherNames(tree, group.DistinctBy(l => l.Path).ToDictionary(l => l.Path, l => l.WantedAs), out var more, cancel).Select(f => (group.Key, f)));
            notes.AddRange(more);
        }

        return merge.ToInventory(target with { Digest = image.Digest, Architecture = image.Architecture, Layers = image.Layers }, keys, linked, notes, options.WithRemoved);
    }

    /// <summary>Whose claims to files count: the distribution's own packages, if installed.</summary>
    private Func<OwnedFiles, bool> OwnersOf(IReadOnlyList<FileFacts> found)
    {
        var system = new OsPackages(found, keys);
        return claim => system.Owner(claim) is not null;
    }

    private LayerFacts ScanLayer(IImage image, int layer, LayerScanner scanner, CancellationToken cancel)
    {
        var diffId = image.Layers[layer].DiffId;
        if (options.Exclude.Count == 0 && options.Cache?.Find(diffId, index.Signature) is { } kept) return kept;

        using var tree = image.OpenLayer(layer);
        var facts = scanner.ScanLayer(tree, cancel);
        // What could not be read as a whole (a foreign layer) may be there the next time.
        if (options.Exclude.Count == 0 && !facts.Notes.Any(note => note is { Kind: Notes.Unreadable, Path: "" })) options.Cache?.Keep(diffId, facts);
        return facts;
    }
}
