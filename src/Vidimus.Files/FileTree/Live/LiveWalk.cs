using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Files.FileTree.Live;

/// <summary>One pass over a live folder.</summary>
/// <remarks>
/// A folder is read to its end before those below it are entered; only the names of these wait, in one buffer used as a stack. Of the folders on the way down the last
/// <see cref="MostOpen"/> stay open, those above are opened again through <c>..</c> and must then be the same (device, inode).
/// </remarks>
internal sealed unsafe class LiveWalk(int root, IFileVisitor visitor, CancellationToken cancel) : IDisposable
{
    private const int MostOpen = 64;
    private const int Deepest = 1024;
    private const int MostNames = 64 << 20;
    private const int Closed = -1;

    private static readonly byte[] Self = [(byte)'.', 0];
    private static readonly byte[] Parent = [(byte)'.', (byte)'.', 0];

    private readonly NoteBook notes = new(visitor);
    private readonly Frame[] frames = new Frame[Deepest];
    private readonly byte[] entries = GC.AllocateUninitializedArray<byte>(64 << 10, pinned: true);
    private int depth;
    private byte[] names = new byte[16 << 10];
    private int namesEnd;
    private char[] path = new char[4096];
    private int pathLength;

    public void Run()
    {
        fixed (byte* self = Self) Enter(LinuxFiles.OpenFolder(root, self), root: true);

        while (depth > 0)
        {
            cancel.ThrowIfCancellationRequested();
            ref var frame = ref frames[depth - 1];
            pathLength = frame.PathLength;
            if (frame.Next == frame.End)
            {
                Leave();
                continue;
            }

            var length = names.AsSpan(frame.Next).IndexOf((byte)0);
            var at = frame.Next;
            frame.Next += length + 1;
            Append(names.AsSpan(at, length));
            fixed (byte* name = &names[at]) Enter(frame, name);
        }
    }

    public void Dispose()
    {
        for (; depth > 0; depth--)
        {
            if (frames[depth - 1].Fd != Closed) _ = LinuxFiles.Close(frames[depth - 1].Fd);
        }
    }

    /// <summary>What kind of file system a mount point leads to, without waking an automounter.</summary>
    public static MountKind MountOf(int folder, byte* name, bool isDev = false)
    {
        var fd = LinuxFiles.Open(folder, name, LinuxFiles.PathOnly | LinuxFiles.NoFollow | LinuxFiles.CloseOnExec);
        if (fd < 0) return MountKind.Local;
        var magic = LinuxFiles.FileSystem(fd);
        var kind = isDev && magic is FileSystems.Tmpfs ? MountKind.Pseudo : FileSystems.KindOf(magic);
        _ = LinuxFiles.Close(fd);
        return kind;
    }

    private void Enter(in Frame above, byte* name)
    {
        StatX stat;
        if (LinuxFiles.Stat(above.Fd, name, LinuxFiles.NoFollowStat | LinuxFiles.NoAutomount | LinuxFiles.DontSync, StatX.Identity, &stat) != 0)
        {
            NoteError();
        }
        else if (!stat.IsFolder)
        {
            NoteReplaced();
        }
        else if (depth == Deepest)
        {
            notes.Add(Notes.Limit, PathText(), $"folders nested more than {Deepest} deep are not entered");
        }
        else if (stat.Device != above.Device && MountOf(above.Fd, name, isDev: path.AsSpan(0, pathLength) is "dev") is not MountKind.Local and var mount)
        {
            if (mount is MountKind.Network) notes.Add(Notes.Skipped, PathText(), "a network file system is not entered");
        }
        else
        {
            Enter(LinuxFiles.OpenFolder(above.Fd, name), root: false);
        }
    }

    private void Enter(int fd, bool root)
    {
        StatX stat;
        if (fd < 0)
        {
            NoteError();
            return;
        }

        fixed (byte* nothing = new byte[1])
        {
            if (LinuxFiles.Stat(fd, nothing, LinuxFiles.EmptyPath, StatX.Identity, &stat) != 0 || (!root && IsOnTheWay(stat)))
            {
                _ = LinuxFiles.Close(fd);
                return;
            }
        }

        if (depth > MostOpen) Close(ref frames[depth - MostOpen]);
        frames[depth++] = new() { Fd = fd, Device = stat.Device, Inode = stat.Inode, PathLength = pathLength, Start = namesEnd, Next = namesEnd, End = namesEnd };
        ReadFolder(fd);
        frames[depth - 1].End = namesEnd;
    }

    /// <summary>Whether a folder is one that we came through: a bind mount of a folder into itself.</summary>
    private bool IsOnTheWay(in StatX stat)
    {
        foreach (ref readonly var frame in frames.AsSpan(0, depth))
        {
            if (frame.Inode == stat.Inode && frame.Device == stat.Device) return true;
        }

        return false;
    }

    /// <summary>Goes back to the folder above, which may have to be opened again.</summary>
    private void Leave()
    {
        ref var left = ref frames[--depth];
        namesEnd = left.Start;
        if (depth > 0 && frames[depth - 1].Fd == Closed) Reopen(ref frames[depth - 1], left.Fd);
        Close(ref left);
    }

    private void Reopen(ref Frame frame, int below)
    {
        StatX stat;
        if (below != Closed)
        {
            fixed (byte* parent = Parent, nothing = new byte[1])
            {
                frame.Fd = LinuxFiles.OpenFolder(below, parent);
                if (frame.Fd >= 0 && LinuxFiles.Stat(frame.Fd, nothing, LinuxFiles.EmptyPath, StatX.Identity, &stat) == 0
                    && stat.Inode == frame.Inode && stat.Device == frame.Device) return;
            }

            Close(ref frame);
        }

        if (frame.Next == frame.End) return;
        pathLength = frame.PathLength;
        notes.Add(Notes.Unreadable, PathText(), "was moved while it was read; some folders in it were not entered");
        frame.Next = frame.End;
    }

    private static void Close(ref Frame frame)
    {
        if (frame.Fd >= 0) _ = LinuxFiles.Close(frame.Fd);
        frame.Fd = Closed;
    }

    private void ReadFolder(int fd)
    {
        var folder = pathLength;
        fixed (byte* start = entries)
        {
            while (true)
            {
                cancel.ThrowIfCancellationRequested();
                var read = (int)LinuxFiles.ReadFolder(fd, start, entries.Length);
                if (read == 0) return;
                if (read < 0)
                {
                    pathLength = folder;
                    NoteError();
                    return;
                }

                // struct linux_dirent64: inode and offset of 8 bytes each, the record's length, the type, the name up to a zero.
                for (var at = 0; at < read; at += BinaryPrimitives.ReadUInt16LittleEndian(entries.AsSpan(at + 16)))
                {
                    var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(start + at + 19);
                    if (name is [(byte)'.'] or [(byte)'.', (byte)'.']) continue;
                    pathLength = folder;
                    Append(name);
                    Offer(fd, start + at + 19, name.Length, entries[at + 18]);
                }
            }
        }
    }

    private void Offer(int fd, byte* name, int length, byte type)
    {
        StatX stat = default;
        var kind = type switch { 4 => FileKind.Folder, 8 => FileKind.File, 10 => FileKind.SymbolicLink, 0 => FileKind.Unknown, _ => FileKind.Other };
        if (kind is FileKind.Unknown)
        {
            if (!TryStat(fd, name, out stat)) return;
            kind = stat.IsFolder ? FileKind.Folder : stat.IsFile ? FileKind.File : stat.IsLink ? FileKind.SymbolicLink : FileKind.Other;
        }

        var interest = visitor.InterestIn(path.AsSpan(0, pathLength), kind);
        if (interest is Interest.Content && kind is FileKind.File)
        {
            VisitContent(fd, name);
        }
        else if (interest is Interest.ContentIfExecutable)
        {
            if (kind is FileKind.File && TryStat(fd, name, out stat) && stat.IsFile && stat.IsExecutable) VisitContent(fd, name);
        }
        else if (interest is not Interest.None && TryStat(fd, name, out stat))
        {
            visitor.Visit(LiveTree.Entry(PathText(), stat, stat.IsLink ? LiveTree.ReadLink(fd, name) : null), null);
        }

        if (kind is FileKind.Folder && visitor.Enters(PathText())) Push(new(name, length));
    }

    private void VisitContent(int folder, byte* name)
    {
        var fd = LinuxFiles.OpenFile(folder, name);
        if (fd < 0)
        {
            NoteError();
            return;
        }

        using var content = LiveTree.Content(fd, out var stat);
        if (content is null) NoteReplaced();
        else visitor.Visit(LiveTree.Entry(PathText(), stat), content);
    }

    private bool TryStat(int fd, byte* name, out StatX stat)
    {
        StatX answer;
        var told = LinuxFiles.Stat(fd, name, LinuxFiles.NoFollowStat | LinuxFiles.NoAutomount, StatX.All, &answer) == 0;
        stat = answer;
        if (!told) NoteError();
        return told;
    }

    /// <summary>Keeps the name of a folder to enter.</summary>
    private void Push(ReadOnlySpan<byte> name)
    {
        var end = namesEnd + name.Length + 1;
        if (end > MostNames)
        {
            notes.Add(Notes.Limit, PathText(), "there are more folders here than are entered");
            return;
        }

        if (end > names.Length) Array.Resize(ref names, Math.Max(end, names.Length * 2));
        name.CopyTo(names.AsSpan(namesEnd));
        names[end - 1] = 0;
        namesEnd = end;
    }

    private void Append(ReadOnlySpan<byte> name)
    {
        if (pathLength + name.Length + 1 > path.Length) Array.Resize(ref path, path.Length * 2);
        if (pathLength > 0) path[pathLength++] = '/';
        pathLength += Model.Files.PathText.Decode(name, path.AsSpan(pathLength));
    }

    private string PathText() => new(path, 0, pathLength);

    /// <summary>What is gone by now was not there; anything else is told.</summary>
    private void NoteError()
    {
        if (Marshal.GetLastPInvokeError() is LinuxFiles.NoEntry) return;
        if (Marshal.GetLastPInvokeError() is LinuxFiles.TooManyLinks or LinuxFiles.NotFolder) NoteReplaced();
        else notes.Add(Notes.Unreadable, PathText(), $"could not be read: {LiveTree.LastError()}");
    }

    private void NoteReplaced() => notes.Add(Notes.Unreadable, PathText(), "was replaced while it was read");

    private struct Frame
    {
        public int Fd;
        public ulong Device;
        public ulong Inode;
        public int PathLength;

        /// <summary>The names of the folders to enter: where they begin in the buffer, the next one, where they end.</summary>
        public int Start;
        public int Next;
        public int End;
    }
}
