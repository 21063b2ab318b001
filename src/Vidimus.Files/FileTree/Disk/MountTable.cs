using Vidimus.Files.Formats.FileSystems;
using Vidimus.Model.Files;

namespace Vidimus.Files.FileTree.Disk;

/// <summary>Which file system lies at which path, and the way to a file through them.</summary>
internal sealed class MountTable
{
    private const int MostLinks = 40;
    private const int MostSegments = 1024;
    private readonly Dictionary<string, FileSystem> mounts = new(StringComparer.Ordinal);

    public MountTable(FileSystem? root = null)
    {
        if (root is not null) mounts[""] = root;
    }

    /// <summary>The paths at which something is mounted.</summary>
    public IEnumerable<string> Paths => mounts.Keys;

    public FileSystem? At(string path) => mounts.GetValueOrDefault(path);

    public void Mount(string path, FileSystem system) => mounts[path] = system;

    /// <summary>Whether something is at a path; links on the way are followed, the last one is not.</summary>
    public bool Exists(string path) => Resolve(path, followLast: false) is not null;

    /// <summary>Finds a file or folder. Links are followed inside the tree: an absolute one begins at the root, <c>..</c> stops there.</summary>
    /// <exception cref="InvalidDataException">What lies on the way is damaged.</exception>
    public (string Path, FileSystem System, Inode Inode)? Resolve(string path, bool followLast = true)
    {
        if (At("") is not { } root) return null;
        var way = new List<(string Path, FileSystem System, Inode Inode)> { ("", root, root.Read(root.Root)) };
        var rest = new Stack<string>(path.Split('/').Reverse());
        var links = 0;
        while (rest.TryPop(out var name))
        {
            if (name is "" or ".") continue;
            if (name is "..")
            {
                if (way.Count > 1) way.RemoveAt(way.Count - 1);
                continue;
            }

            var here = way[^1];
            if (here.Inode.Kind is not FileKind.Folder || way.Count > MostSegments) return null;
            var full = here.Path.Length == 0 ? name : $"{here.Path}/{name}";
            if (At(full) is { } mounted)
            {
                way.Add((full, mounted, mounted.Read(mounted.Root)));
                continue;
            }

            if (here.System.Find(here.Inode, PathText.Encode(name)) is not { } number) return null;
            var inode = here.System.Read(number);
            if (inode.Kind is FileKind.SymbolicLink && (followLast || rest.Count > 0))
            {
                if (++links > MostLinks) return null;
                var target = PathText.Decode(here.System.LinkTarget(inode));
                if (target.StartsWith('/')) way.RemoveRange(1, way.Count - 1);
                foreach (var part in target.Split('/').Reverse()) rest.Push(part);
                if (rest.Count > MostSegments * MostLinks) return null;
            }
            else
            {
                way.Add((full, here.System, inode));
            }
        }

        return way[^1];
    }

    /// <summary>A small text file; null where there is none.</summary>
    public string? ReadText(string path)
    {
        const int most = 1 << 20;
        if (Resolve(path) is not (_, { } system, { Kind: FileKind.File } inode)) return null;
        using var stream = system.Open(inode);
        var bytes = new byte[Math.Min(inode.Size, most)];
        return System.Text.Encoding.UTF8.GetString(bytes, 0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
    }
}
