using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Scanning;

/// <summary>All that one pass over a layer (or a host, folder or archive, which count as one) found. A value: it depends on the layer's bytes and the collectors' versions alone.</summary>
/// <param name="Collectors">The names and versions of the collectors that looked, see <see cref="CollectorIndex.Signature"/>.</param>
/// <param name="Files">Ordered by path.</param>
/// <param name="Whiteouts">Paths that the layer removes, ordered.</param>
/// <param name="Opaques">Folders that hide all that lower layers have in them, ordered; the root is the empty path.</param>
/// <param name="Links">Symbolic links at well-known paths or on the way to them, ordered by path.</param>
/// <param name="Covers">The <see cref="PathHash"/> of every path that is not a folder, ascending: such a path hides what lower layers have at and under it. Empty where nothing lies below.</param>
public sealed record LayerFacts(
    string Collectors,
    IReadOnlyList<FileFacts> Files,
    IReadOnlyList<string> Whiteouts,
    IReadOnlyList<string> Opaques,
    IReadOnlyList<LinkFact> Links,
    ulong[] Covers,
    IReadOnlyList<Note> Notes);

/// <summary>A wanted file and what collectors made of it; in their order of registration.</summary>
/// <param name="Digests">Null when nobody will ask: the file holds no language package.</param>
public sealed record FileFacts(FileEntry Entry, IReadOnlyList<Fact> Facts, FileDigests? Digests);

/// <summary>A file's digests, of those kinds that package databases keep. On a live tree only the kind that its owner's database has.</summary>
public sealed record FileDigests(byte[]? Md5, byte[]? Sha1, byte[]? Sha256)
{
    public byte[]? Of(DigestKind kind) => kind switch
    {
        DigestKind.Md5 => Md5,
        DigestKind.Sha1 => Sha1,
        _ => Sha256,
    };
}

/// <summary>A symbolic link.</summary>
/// <param name="Target">As written.</param>
public sealed record LinkFact(string Path, string Target);
