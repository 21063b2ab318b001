using Vidimus.Files.Formats.DiskImages;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Files.FileTree.Disk;

/// <summary>A Linux disk as a tree: all its file systems together, mounted as the system on it would.</summary>
/// <remarks>Only blocks in which something is read are fetched. Nothing is written, no kernel driver is used, no privilege needed. Not for several threads.</remarks>
public sealed class DiskTree : IOpenableTree
{
    private readonly BlockCache disk;
    private readonly MountTable mounts;
    private readonly List<Note> notes;

    /// <summary>Looks at what the disk holds; takes the source over.</summary>
    /// <exception cref="InvalidDataException">It holds no file system that is read.</exception>
    public DiskTree(IBlockSource source)
    {
        disk = new(source);
        try
        {
            var layout = DiskLayout.Read(disk);
            if (layout.Volumes.Count == 0)
            {
                throw new InvalidDataException(layout.Others.Count == 0 && layout.Notes.Count == 0
                    ? "it holds no partition table and no file system that is known"
                    : $"it holds no file system that is read: {string.Join(", ", layout.Others.Take(20).Concat(layout.Notes.Where(_ => layout.Others.Count == 0).Select(n => n.Message)))}");
            }

            notes = [.. layout.Notes];
            mounts = DiskMounts.Of(layout, notes);
        }
        catch
        {
            disk.Dispose();
            throw;
        }
    }

    /// <summary>How many blocks of <see cref="IBlockSource.BlockLength"/> the disk has.</summary>
    public long Blocks => (disk.Length + IBlockSource.BlockLength - 1) / IBlockSource.BlockLength;

    /// <summary>How many of them were fetched so far, each counted once.</summary>
    public int BlocksTouched => disk.Touched;

    /// <summary>Opens a file that holds a disk: raw, or in a format of its own.</summary>
    /// <exception cref="TargetException">It does not exist, cannot be read, or is no disk.</exception>
    public static DiskTree OpenFile(string path)
    {
        var file = TargetFile.Open(path);
        try
        {
            return new(DiskImageFormats.Open(file));
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            file.Dispose();
            throw new TargetException($"{PathText.Display(path)} cannot be read as a disk: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Walk(IFileVisitor visitor, CancellationToken cancel)
    {
        foreach (var note in notes) visitor.Note(note);
        new DiskWalk(mounts, visitor, cancel).Run();
    }

    /// <inheritdoc/>
    public (FileEntry Entry, Stream Content)? Open(string path)
    {
        try
        {
            return mounts.Resolve(path) is ({ } found, { } system, { Kind: FileKind.File } inode) ? (DiskWalk.Entry(found, inode, null), system.Open(inode)) : null;
        }
        catch (InvalidDataException)
        {
            return null; // the walk met the same damage and told of it
        }
    }

    public void Dispose() => disk.Dispose();
}
