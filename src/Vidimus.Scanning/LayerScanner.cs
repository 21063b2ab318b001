using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Scanning;

/// <summary>Makes <see cref="LayerFacts"/> of a tree: one walk for all collectors together.</summary>
public sealed class LayerScanner(CollectorIndex index, ScanOptions options)
{
    /// <summary>Scans a layer of an image: whiteouts are read, and what hides lower layers is kept.</summary>
    /// <exception cref="InvalidDataException">The layer as a whole can't be read, or its digest is wrong.</exception>
    public LayerFacts ScanLayer(IFileTree tree, CancellationToken cancel) => Scan(tree, isLayer: true, null, cancel);

    /// <summary>Scans a host, folder or archive.</summary>
    /// <param name="owners">Of what was found, whose claims to files count; null for everybody's.</param>
    /// <exception cref="InvalidDataException">The tree as a whole can't be read.</exception>
    public LayerFacts ScanTree(IFileTree tree, Func<IReadOnlyList<FileFacts>, Func<OwnedFiles, bool>>? owners, CancellationToken cancel) => Scan(tree, isLayer: false, owners, cancel);

    /// <summary>Reads files of a layer under other names: for links of the merged tree that end at files nobody wanted by their own name.</summary>
    /// <param name="names">By the path where the file lies, the path by which it is wanted.</param>
    public IReadOnlyList<FileFacts> ScanUnderOtherNames(IFileTree tree, IReadOnlyDictionary<string, string> names, out IReadOnlyList<Note> notes, CancellationToken cancel)
    {
        using var pass = new LayerPass(index, options, tree as IOpenableTree, isLayer: false, names.ToDictionary(StringComparer.Ordinal), cancel);
        tree.Walk(pass, cancel);
        pass.FinishWaiting();
        notes = pass.Notes;
        return pass.Files;
    }

    private LayerFacts Scan(IFileTree tree, bool isLayer, Func<IReadOnlyList<FileFacts>, Func<OwnedFiles, bool>>? owners, CancellationToken cancel)
    {
        using var pass = new LayerPass(index, options, tree as IOpenableTree, isLayer, otherNames: null, cancel);
        tree.Walk(pass, cancel);
        if (tree is IOpenableTree openable) pass.FollowLinks(openable);

        pass.FinishWaiting();
        if (pass.ResolveHardLinks() is { Count: > 0 } missing)
        {
            pass.AddFiles(ScanUnderOtherNames(tree, missing, out var notes, cancel));
            foreach (var note in notes) pass.Note(note);
        }

        if (tree is IOpenableTree live) pass.CollectUnowned(live, owners?.Invoke(pass.Files) ?? (_ => true));
        return pass.ToFacts();
    }
}
