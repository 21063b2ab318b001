using Vidimus.Files.Formats.FileSystems;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Files.FileTree.Disk;

/// <summary>One pass over the mounted file systems of a disk.</summary>
/// <remarks>A folder is read to its end before those below it are entered. A folder is entered once however many entries lead to it, so that a damaged file system has no circles.</remarks>
internal sealed class DiskWalk
{
    private const int Deepest = 1024;
    private const int MostWaiting = 4 << 20;
    private const long LargestContent = 16L << 30;

    private readonly MountTable mounts;
    private readonly IFileVisitor visitor;
    private readonly CancellationToken cancel;
    private readonly NoteBook notes;
    private readonly HashSet<(FileSystem, ulong)> entered = [];
    private readonly HashSet<string> met = new(StringComparer.Ordinal);
    private readonly Stack<(string Path, FileSystem System, ulong Inode, int Depth)> waiting = new();
    private char[] path = new char[4096];
    private int pathLength;

    public DiskWalk(MountTable mounts, IFileVisitor visitor, CancellationToken cancel)
    {
        this.mounts = mounts;
        this.visitor = visitor;
        this.cancel = cancel;
        notes = new(visitor);
        foreach (var system in mounts.Paths.Select(p => mounts.At(p)!)) system.Noted = (kind, message) => notes.Add(kind, PathText(), message);
    }

    public void Run()
    {
        // Those at paths that the file systems above do not have come last.
        var gate = new FolderGate(visitor);
        foreach (var place in mounts.Paths.Order(StringComparer.Ordinal))
        {
            if (met.Contains(place) || (place.Length > 0 && !(gate.Enters(place) && visitor.Enters(place)))) continue;
            Wait(place, mounts.At(place)!, mounts.At(place)!.Root, 0);
            while (waiting.TryPop(out var folder)) Enter(folder.Path, folder.System, folder.Inode, folder.Depth);
        }
    }

    public static FileEntry Entry(string path, Inode inode, string? target) =>
        new(path, inode.Kind, inode.Kind is FileKind.File ? inode.Size : 0, inode.Mode & 0xFFFu, inode.Uid, inode.Gid, inode.Modified, target);

    private void Wait(string folder, FileSystem system, ulong inode, int depth)
    {
        if (mounts.At(folder) is { } mounted)
        {
            if (!met.Add(folder)) return;
            (system, inode) = (mounted, mounted.Root);
        }

        if (depth > Deepest) notes.Add(Notes.Limit, folder, $"folders nested more than {Deepest} deep are not entered");
        else if (waiting.Count == MostWaiting) notes.Add(Notes.Limit, folder, "there are more folders here than are entered");
        else waiting.Push((folder, system, inode, depth));
    }

    private void Enter(string folder, FileSystem system, ulong number, int depth)
    {
        SetPath(folder);
        if (!entered.Add((system, number)))
        {
            notes.Add(Notes.Malformed, folder, "is a folder that is also somewhere else; it is not entered twice");
            return;
        }

        var below = new List<(string Path, ulong Inode)>();
        var start = pathLength;
        try
        {
            var inode = system.Read(number);
            if (inode.Kind is not FileKind.Folder) throw new InvalidDataException("it should be a folder and is none");
            system.List(inode, (name, child, kind) =>
            {
                cancel.ThrowIfCancellationRequested();
                if (name.IndexOfAny((byte)'/', (byte)0) >= 0)
                {
                    notes.Add(Notes.Malformed, PathText(), "a name with a slash or a zero in it is left out");
                    return true;
                }

                Append(name);
                Offer(system, child, kind, below);
                pathLength = start;
                return true;
            });
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            pathLength = start;
            notes.Add(Notes.Malformed, folder, $"could not be read as a folder: {e.Message}");
        }

        // The first one is to be entered first.
        for (var i = below.Count - 1; i >= 0; i--) Wait(below[i].Path, system, below[i].Inode, depth + 1);
    }

    private void Offer(FileSystem system, ulong number, FileKind kind, List<(string Path, ulong Inode)> below)
    {
        try
        {
            var inode = kind is FileKind.Unknown ? system.Read(number) : null;
            if (inode is not null) kind = inode.Kind;
            var interest = visitor.InterestIn(path.AsSpan(0, pathLength), kind);
            if (interest is not Interest.None) Visit(system, inode ?? system.Read(number), interest);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            notes.Add(Notes.Malformed, PathText(), $"could not be read: {e.Message}");
        }

        if (kind is FileKind.Folder && visitor.Enters(PathText())) below.Add((PathText(), number));
    }

    private void Visit(FileSystem system, Inode inode, Interest interest)
    {
        var isFile = inode.Kind is FileKind.File;
        if (isFile && inode.Size > LargestContent && interest is not Interest.Entry)
        {
            notes.Add(Notes.Limit, PathText(), $"the file has {inode.Size} bytes, more than the {LargestContent} that are read");
        }
        else if (isFile && (interest is Interest.Content || (interest is Interest.ContentIfExecutable && inode.IsExecutable)))
        {
            using var content = system.Open(inode);
            visitor.Visit(Entry(PathText(), inode, null), content);
        }
        else if (interest is not Interest.ContentIfExecutable)
        {
            visitor.Visit(Entry(PathText(), inode, inode.Kind is FileKind.SymbolicLink ? Model.Files.PathText.Decode(system.LinkTarget(inode)) : null), null);
        }
    }

    private void SetPath(string folder)
    {
        if (folder.Length > path.Length) path = new char[folder.Length * 2];
        folder.CopyTo(path);
        pathLength = folder.Length;
    }

    private void Append(ReadOnlySpan<byte> name)
    {
        if (pathLength + name.Length + 1 > path.Length) Array.Resize(ref path, (path.Length * 2) + name.Length);
        if (pathLength > 0) path[pathLength++] = '/';
        pathLength += Model.Files.PathText.Decode(name, path.AsSpan(pathLength));
    }

    private string PathText() => new(path, 0, pathLength);
}
