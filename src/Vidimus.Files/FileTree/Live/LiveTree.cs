using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Vidimus.Files.Streams;
using Vidimus.Model.Files;

namespace Vidimus.Files.FileTree.Live;

/// <summary>A folder of the machine we run on as a tree: the whole host, a mounted root, a directory.</summary>
/// <remarks>Everything is opened relative to an open folder and never through a link, so that a folder swapped for a link in the middle of a walk leads nowhere. Linux only.</remarks>
public sealed unsafe class LiveTree : IOpenableTree
{
    private const int MostLinks = 40;
    private const int MostFolders = 256;
    private const int LongestLink = 4096;

    private readonly SafeFileHandle root;

    /// <summary>Opens the root; a link as the root's own name is followed, as it is the caller who names it.</summary>
    /// <exception cref="TargetException">It is no folder or cannot be read.</exception>
    /// <exception cref="PlatformNotSupportedException">Not on Linux.</exception>
    public LiveTree(string path)
    {
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException("Folders can be scanned on Linux only.");

        fixed (byte* name = Encoding.UTF8.GetBytes(path + "\0"))
        {
            var fd = LinuxFiles.Open(LinuxFiles.CurrentFolder, name, LinuxFiles.FolderOnly | LinuxFiles.NonBlocking | LinuxFiles.CloseOnExec);
            if (fd < 0) throw new TargetException($"{PathText.Display(path)} cannot be read as a folder: {LastError()}");
            root = new(fd, ownsHandle: true);
        }
    }

    /// <inheritdoc/>
    public void Walk(IFileVisitor visitor, CancellationToken cancel)
    {
        using var walk = new LiveWalk((int)root.DangerousGetHandle(), visitor, cancel);
        walk.Run();
    }

    /// <inheritdoc/>
    public (FileEntry Entry, Stream Content)? Open(string path)
    {
        using var way = new Way((int)root.DangerousGetHandle());
        return way.Open(path);
    }

    public void Dispose() => root.Dispose();

    /// <summary>The last system call's error in words.</summary>
    internal static string LastError() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());

    internal static FileEntry Entry(string path, in StatX stat, string? target = null)
    {
        var kind = stat.IsFile ? FileKind.File : stat.IsFolder ? FileKind.Folder : stat.IsLink ? FileKind.SymbolicLink : FileKind.Other;
        return new(path, kind, stat.IsFile ? (long)stat.Size : 0, stat.TypeAndMode & 0xFFFu, stat.Uid, stat.Gid, UnixTime.Of(stat.ModifiedSeconds, stat.ModifiedNanoseconds), target);
    }

    /// <summary>The target of a link, or null.</summary>
    internal static string? ReadLink(int folder, byte* name)
    {
        var target = stackalloc byte[LongestLink];
        var length = LinuxFiles.ReadLink(folder, name, target, LongestLink);
        return length < 0 ? null : PathText.Decode(new(target, (int)length));
    }

    /// <summary>The bytes of an open file if it is a regular one; takes the descriptor over either way.</summary>
    internal static FileSlice? Content(int fd, out StatX stat)
    {
        var handle = new SafeFileHandle(fd, ownsHandle: true);
        StatX answer;
        byte nothing = 0;
        var told = LinuxFiles.Stat(fd, &nothing, LinuxFiles.EmptyPath, StatX.All, &answer) == 0;
        stat = answer;
        if (told && stat.IsFile) return new(handle, 0, (long)stat.Size, ownsHandle: true);

        handle.Dispose();
        return null;
    }

    /// <summary>The way from the root to a file, folder by folder, links resolved by us: an absolute one begins at the root, <c>..</c> stops there.</summary>
    private sealed class Way(int root) : IDisposable
    {
        private readonly List<(int Fd, string Name, ulong Device)> folders = [];

        private int Here => folders.Count == 0 ? root : folders[^1].Fd;

        public (FileEntry Entry, Stream Content)? Open(string path)
        {
            if (Stat(root, "") is not { } start) return null;

            var links = 0;
            var rest = new Stack<string>(path.Split('/').Reverse());
            while (rest.TryPop(out var name))
            {
                if (name is "" or ".") continue;
                if (name is "..")
                {
                    Leave();
                    continue;
                }

                if (name.Contains('\0', StringComparison.Ordinal) || Stat(Here, name) is not { } stat) return null;
                if (stat.IsLink)
                {
                    if (++links > MostLinks || LinkOf(name) is not { } target) return null;
                    if (target.StartsWith('/')) Dispose();
                    foreach (var part in target.Split('/').Reverse()) rest.Push(part);
                }
                else if (stat.IsFolder)
                {
                    if (!Enter(name, stat.Device, folders.Count == 0 ? start.Device : folders[^1].Device)) return null;
                }
                else
                {
                    return stat.IsFile && rest.Count == 0 ? OpenHere(name) : null;
                }
            }

            return null;
        }

        public void Dispose()
        {
            while (folders.Count > 0) Leave();
        }

        private static StatX? Stat(int folder, string name)
        {
            StatX stat;
            fixed (byte* bytes = Bytes(name))
            {
                var flags = LinuxFiles.NoFollowStat | LinuxFiles.NoAutomount | LinuxFiles.DontSync | (name.Length == 0 ? LinuxFiles.EmptyPath : 0);
                return LinuxFiles.Stat(folder, bytes, flags, StatX.All, &stat) == 0 ? stat : null;
            }
        }

        private static byte[] Bytes(string name) => [.. PathText.Encode(name), 0];

        private string? LinkOf(string name)
        {
            fixed (byte* bytes = Bytes(name)) return ReadLink(Here, bytes);
        }

        private bool Enter(string name, ulong device, ulong above)
        {
            if (folders.Count == MostFolders) return false;
            fixed (byte* bytes = Bytes(name))
            {
                if (device != above && LiveWalk.MountOf(Here, bytes) is not MountKind.Local) return false;

                var fd = LinuxFiles.Open(Here, bytes, LinuxFiles.PathOnly | LinuxFiles.FolderOnly | LinuxFiles.NoFollow | LinuxFiles.CloseOnExec);
                if (fd < 0) return false;
                folders.Add((fd, name, device));
                return true;
            }
        }

        private void Leave()
        {
            if (folders.Count == 0) return;
            _ = LinuxFiles.Close(folders[^1].Fd);
            folders.RemoveAt(folders.Count - 1);
        }

        private (FileEntry Entry, Stream Content)? OpenHere(string name)
        {
            int fd;
            fixed (byte* bytes = Bytes(name)) fd = LinuxFiles.OpenFile(Here, bytes);
            if (fd < 0 || Content(fd, out var stat) is not { } content) return null;
            return (Entry(string.Join('/', folders.Select(folder => folder.Name).Append(name)), stat), content);
        }
    }
}
