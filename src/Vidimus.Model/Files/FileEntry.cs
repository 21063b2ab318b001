namespace Vidimus.Model.Files;

/// <summary>What a path stands for.</summary>
public enum FileKind : byte
{
    /// <summary>Not known before a stat (file systems that do not say so in the folder).</summary>
    Unknown,
    File,
    Folder,
    SymbolicLink,

    /// <summary>A further name of a file of the same archive; <see cref="FileEntry.LinkTarget"/> is that file's path.</summary>
    HardLink,

    /// <summary>Devices, sockets, pipes: never opened.</summary>
    Other,
}

/// <summary>One entry of a tree.</summary>
/// <param name="Path">Relative to the root, see <see cref="PathText"/>.</param>
/// <param name="Size">In bytes; of a sparse file the full size.</param>
/// <param name="Mode">The permission bits (07777).</param>
/// <param name="LinkTarget">As written in the link; for a hard link the path of the file it names.</param>
public sealed record FileEntry(string Path, FileKind Kind, long Size = 0, uint Mode = 0, uint Uid = 0, uint Gid = 0, DateTimeOffset? Modified = null, string? LinkTarget = null)
{
    /// <summary>Extended attributes by name; null unless they were asked for.</summary>
    public IReadOnlyDictionary<string, byte[]>? Attributes { get; init; }

    /// <summary>Whether any execute bit is set.</summary>
    public bool IsExecutable => (Mode & 0b001_001_001) != 0;
}
