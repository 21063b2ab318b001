using Vidimus.Model.Files;

namespace Vidimus.Model.Inventory;

/// <summary>Reads one kind of file and says which packages and other facts it holds.</summary>
/// <remarks>
/// A collector never walks, never opens by path, never logs, holds no state between calls and never sees the merged tree: what only the merge can decide it leaves as a fact.
/// It may be called for several files at once. <see cref="InvalidDataException"/>, <see cref="EndOfStreamException"/> and <see cref="System.Text.Json.JsonException"/> that
/// leave it become a note on the file; what was yielded before stays.
/// </remarks>
public interface ICollector
{
    /// <summary>Ecosystem and format: <c>dpkg/status</c>, <c>npm/package-lock</c>.</summary>
    string Name { get; }

    /// <summary>Raised with every change of what it yields: facts cached under another version are not used.</summary>
    int Version { get; }

    /// <summary>The files it reads.</summary>
    IReadOnlyList<FileGlob> Wants { get; }

    /// <summary>Files of the same folder that are handed over together with a wanted one (a database's write-ahead log).</summary>
    IReadOnlyList<FileGlob> Companions => [];

    /// <summary>Whether it is asked only for files that no package of the distribution claims: on a live tree others are not read at all, of a layer what it found in them is dropped.</summary>
    /// <remarks>The claim alone counts here, not the digest: such a collector guesses by what a program says of itself, which whoever forges a database could change as well.</remarks>
    bool OnlyUnowned => false;

    /// <summary>Whether all that it finds <see cref="PackageEvidence.GuessesName">guesses names</see>, so that on a live tree files of folders that are accounted for are not read.</summary>
    bool OnlyUnaccounted => false;

    /// <summary>Reads one file.</summary>
    IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel);
}

/// <summary>A wanted file, spooled within bounds: its bytes are read from the source once, however many collectors look at them.</summary>
public abstract class SourceFile
{
    public abstract FileEntry Entry { get; }

    public string Path => Entry.Path;

    /// <summary>The name without its folders.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>The folder's path; empty at the root.</summary>
    public string Folder => Path.LastIndexOf('/') is > 0 and var slash ? Path[..slash] : "";

    public long Length => Entry.Size;

    /// <summary>The bytes from their beginning, seekable. May be called several times; dispose what it gives.</summary>
    public abstract Stream OpenRead();

    /// <summary>The whole file as bytes.</summary>
    /// <exception cref="InvalidDataException">It is larger than <paramref name="limit"/>.</exception>
    public abstract ReadOnlyMemory<byte> ReadAll(int limit = 64 << 20);

    /// <summary>A file of the same folder that <see cref="ICollector.Companions"/> named, or null.</summary>
    public abstract SourceFile? Companion(string name);

    /// <summary>Notes something in this file that could not be read, and goes on.</summary>
    public abstract void Note(string message, string kind = Notes.Malformed);
}
