using Vidimus.Model.Files;

namespace Vidimus.Files.Formats.FileSystems;

/// <summary>Receives a folder's entries, without <c>.</c> and <c>..</c>; says whether more are wanted.</summary>
/// <param name="kind"><see cref="FileKind.Unknown"/> where the folder does not say.</param>
internal delegate bool FolderEntry(ReadOnlySpan<byte> name, ulong inode, FileKind kind);

/// <summary>A file system on a volume, read only. All that it is given is hostile: damage is an <see cref="InvalidDataException"/>, or a note where reading can go on.</summary>
/// <remarks>Not for several threads.</remarks>
internal abstract class FileSystem
{
    /// <summary>A folder this long has more than ten million entries, all folders together more than any system's: what claims more wants to keep us busy.</summary>
    private const long LargestFolder = 1L << 30;
    private const long LargestFolders = 4L << 30;

    private readonly List<(string Kind, string Message)> openingNotes = [];
    private long foldersRead;

    /// <summary>As <c>mount -t</c> has it.</summary>
    public abstract string Kind { get; }

    /// <summary>In the form of fstab(5), lower case.</summary>
    public abstract string Uuid { get; }

    /// <summary>Empty where it has none.</summary>
    public abstract string Label { get; }

    public abstract ulong Root { get; }

    /// <summary>What was found when it was opened: kind of note and sentence.</summary>
    public IReadOnlyList<(string Kind, string Message)> OpeningNotes => openingNotes;

    /// <summary>Told what is wrong with what is read at the moment; the walk knows its path.</summary>
    public Action<string, string>? Noted { private get; set; }

    /// <exception cref="InvalidDataException">There is no such inode, or it is damaged.</exception>
    public abstract Inode Read(ulong number);

    /// <summary>Passes through a folder in its own order.</summary>
    public abstract void List(Inode folder, FolderEntry receive);

    /// <summary>Looks a name up, by the folder's index where it has one and scanning would cost much.</summary>
    public abstract ulong? Find(Inode folder, ReadOnlySpan<byte> name);

    /// <summary>A regular file's bytes, seekable.</summary>
    public abstract Stream Open(Inode file);

    /// <summary>A symbolic link's target.</summary>
    public abstract byte[] LinkTarget(Inode link);

    /// <summary>Counts the bytes of a folder that are about to be read.</summary>
    /// <exception cref="InvalidDataException">It is too large, or it and those before it together are.</exception>
    protected void CountFolder(long length)
    {
        if (length > LargestFolder) throw new InvalidDataException($"the folder has {length} bytes, more than are read");
        if (foldersRead > LargestFolders - length) throw new InvalidDataException("the file system has larger folders than are read");
        foldersRead += length;
    }

    protected void Note(string kind, string message)
    {
        if (Noted is not null) Noted(kind, message);
        else if (openingNotes.Count < 100) openingNotes.Add((kind, message));
    }

    /// <summary>The bytes of a link whose target lies in blocks of its own, bounded by what a path may be long.</summary>
    protected static byte[] ReadTarget(Stream stream, long length)
    {
        if (length is < 0 or > 4096) throw new InvalidDataException($"a symbolic link of {length} bytes, more than a path may have");
        var target = new byte[length];
        stream.ReadExactly(target);
        return target;
    }
}

/// <summary>What an inode tells of its file. The subclass knows where the bytes lie.</summary>
internal abstract class Inode(ulong number)
{
    private const ushort TypeMask = 0xF000;

    public ulong Number { get; } = number;

    /// <summary>Type and permissions as stat(2) has them.</summary>
    public ushort Mode { get; protected init; }

    public uint Uid { get; protected init; }

    public uint Gid { get; protected init; }

    public long Size { get; protected init; }

    public DateTimeOffset? Modified { get; protected init; }

    public FileKind Kind => (Mode & TypeMask) switch
    {
        0x8000 => FileKind.File,
        0x4000 => FileKind.Folder,
        0xA000 => FileKind.SymbolicLink,
        _ => FileKind.Other,
    };

    public bool IsExecutable => (Mode & 0b001_001_001) != 0;
}
