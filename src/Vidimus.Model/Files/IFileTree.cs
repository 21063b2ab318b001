using Vidimus.Model.Inventory;

namespace Vidimus.Model.Files;

/// <summary>How much of an entry a visitor wants, asked by name alone and before any stat.</summary>
public enum Interest : byte
{
    None,

    /// <summary>The entry, not its bytes.</summary>
    Entry,

    /// <summary>The bytes, if it is a regular file with an execute bit; otherwise nothing.</summary>
    ContentIfExecutable,

    /// <summary>The bytes, if it is a regular file; otherwise the entry.</summary>
    Content,
}

/// <summary>A tree of files that can be passed through once, from a live folder, an archive or a layer.</summary>
/// <remarks>The walk never follows a symbolic link and never leaves the root. Entries come in the source's own order.</remarks>
public interface IFileTree : IDisposable
{
    /// <summary>One pass. What could not be read is told to <see cref="IFileVisitor.Note"/>, never thrown, unless the source as a whole is unreadable
    /// (<see cref="InvalidDataException"/>, <see cref="IOException"/>).</summary>
    void Walk(IFileVisitor visitor, CancellationToken cancel);
}

/// <summary>A tree whose files can also be opened by path: a live folder, not an archive.</summary>
public interface IOpenableTree : IFileTree
{
    /// <summary>Opens a regular file. Symbolic links, also those of folders on the way, are followed inside the root only.</summary>
    /// <returns>The entry under the path where the file really lies, and its bytes, seekable; null when nothing that can be read is there.</returns>
    (FileEntry Entry, Stream Content)? Open(string path);
}

/// <summary>Receives a tree's entries.</summary>
public interface IFileVisitor
{
    /// <summary>Whether a folder is walked at all.</summary>
    bool Enters(string folder);

    /// <summary>How much of an entry is wanted. Called for every entry, folders included, so it must be fast and must not allocate.</summary>
    Interest InterestIn(ReadOnlySpan<char> path, FileKind kind);

    /// <summary>Hands an entry over.</summary>
    /// <param name="content">The bytes where they were asked for; valid during the call only. Read from its beginning; seekable where the source is.</param>
    void Visit(FileEntry entry, Stream? content);

    /// <summary>Tells of something that could not be read.</summary>
    void Note(Note note);
}
