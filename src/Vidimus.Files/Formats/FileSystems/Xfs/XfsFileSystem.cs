using System.Buffers.Binary;
using Vidimus.Files.FileTree.Disk;
using Vidimus.Model.Inventory;

namespace Vidimus.Files.Formats.FileSystems.Xfs;

/// <summary>XFS of versions 4 and 5: shared extents, big timestamps, many extents, sparse inodes; names are looked up in large folders by their hash index.</summary>
/// <remarks>Format: "XFS Algorithms &amp; Data Structures" and the kernel's xfs_format.h and xfs_da_format.h. A log that was not played back is noted.</remarks>
internal sealed class XfsFileSystem : FileSystem
{
    private const int SymlinkHeader = 56;
    private const uint SymlinkMagic = 0x58534C4D;

    private readonly Volume volume;
    private readonly XfsSuperblock super;
    private readonly XfsFolder folders;

    private XfsFileSystem(Volume volume, XfsSuperblock super)
    {
        this.volume = volume;
        this.super = super;
        folders = new(super);
        if (!super.ChecksumHolds) Note(Notes.Malformed, "the superblock has a wrong checksum");
        if (super.IsTorn) Note(Notes.Unreadable, "the volume ends before the file system does: what lies beyond can't be read");
        if (super.NeedsRepair) Note(Notes.Malformed, "the file system is marked as damaged, to be repaired before it is mounted");
        LookAtLog();
    }

    public override string Kind => "xfs";

    public override string Uuid => super.Uuid;

    public override string Label => super.Label;

    public override ulong Root => super.Root;

    /// <summary>Opens the file system of a volume; null when it has no XFS.</summary>
    /// <exception cref="InvalidDataException">It has one that cannot be read.</exception>
    public static FileSystem? Open(Volume volume) => XfsSuperblock.Read(volume) is { } super ? new XfsFileSystem(volume, super) : null;

    public override Inode Read(ulong number)
    {
        var offset = super.BlockOffset(number >> super.InodesPerBlockBits) + (long)((number & ((1UL << super.InodesPerBlockBits) - 1)) << super.InodeBits);
        var inode = new XfsInode(number, volume.Read(offset, 1 << super.InodeBits), super.HasChecksums);
        if (!inode.ChecksumHolds) Damaged($"its inode {number} has a wrong checksum");
        return inode;
    }

    public override void List(Inode folder, FolderEntry receive)
    {
        var inode = (XfsInode)folder;
        if (inode.Form is XfsForm.Local)
        {
            folders.ReadShort(inode.Fork, receive);
            return;
        }

        CountFolder(inode.Size);

        // The size is where the data ends; the index and the table of free space lie far behind it.
        var map = Map(inode);
        var block = new byte[1 << super.FolderBlockBits];
        using var stream = new MappedStream(volume, map, super.BlockBits, Math.Min(inode.Size, XfsFolderIndex.Start));
        while (stream.Position < stream.Length)
        {
            var run = map.Find(stream.Position >> super.BlockBits);
            if (run.Offset == Run.Hole)
            {
                stream.Position = Math.Max(stream.Position + block.Length, (Math.Min(run.First + run.Count, XfsFolderIndex.Start >> super.BlockBits) << super.BlockBits) & -(long)block.Length);
            }
            else if (stream.ReadAtLeast(block, block.Length, throwOnEndOfStream: false) < block.Length)
            {
                Damaged("the folder is torn");
                return;
            }
            else if (!folders.ReadBlock(block, receive, Damaged))
            {
                return;
            }
        }
    }

    public override ulong? Find(Inode folder, ReadOnlySpan<byte> name)
    {
        var inode = (XfsInode)folder;
        if (inode.Form is XfsForm.Local || inode.Size <= 1 << super.FolderBlockBits || super.IgnoresCase) return Scan(inode, name);

        var map = Map(inode);
        using var stream = new MappedStream(volume, map, super.BlockBits, long.MaxValue);
        foreach (var place in new XfsFolderIndex(super, place => Block(map, stream, place)).Places(XfsFolderIndex.Hash(name)))
        {
            var start = place & -(1L << super.FolderBlockBits);
            if (Block(map, stream, start) is { } block && folders.Match(block, (int)(place - start), name) is { } found) return found;
        }

        return null;
    }

    public override Stream Open(Inode file)
    {
        var inode = (XfsInode)file;
        if (inode.IsRealtime) throw new InvalidDataException("its content lies on a realtime device, which is not read");
        if (inode.Form is not XfsForm.Local) return new MappedStream(volume, Map(inode), super.BlockBits, inode.Size);
        return inode.Size <= inode.Fork.Length ? new MemoryStream(inode.Fork[..(int)inode.Size].ToArray(), writable: false) : throw new InvalidDataException("its content is torn");
    }

    public override byte[] LinkTarget(Inode link)
    {
        using var stream = Open(link);
        if (((XfsInode)link).Form is XfsForm.Local || !super.HasChecksums) return ReadTarget(stream, link.Size);

        // In version 5 each block of a target has a header with its offset and length.
        var blockLength = 1 << super.BlockBits;
        var room = blockLength - SymlinkHeader;
        using var blocks = new MappedStream(volume, Map((XfsInode)link), super.BlockBits, long.MaxValue);
        if (link.Size > 4096) return ReadTarget(blocks, link.Size);
        using var target = new MemoryStream();
        var block = new byte[blockLength];
        while (target.Length < link.Size)
        {
            blocks.ReadExactly(block);
            if (BinaryPrimitives.ReadUInt32BigEndian(block) != SymlinkMagic) throw new InvalidDataException("the symbolic link's target is damaged");
            target.Write(block, SymlinkHeader, (int)Math.Min(room, link.Size - target.Length));
        }

        return target.ToArray();
    }

    private ulong? Scan(XfsInode inode, ReadOnlySpan<byte> name)
    {
        var wanted = name.ToArray();
        ulong? found = null;
        List(inode, (entry, number, _) =>
        {
            if (!entry.SequenceEqual(wanted)) return true;
            found = number;
            return false;
        });
        return found;
    }

    private byte[]? Block(XfsExtentMap map, MappedStream stream, long place)
    {
        if (map.Find(place >> super.BlockBits).Offset == Run.Hole) return null;
        var block = new byte[1 << super.FolderBlockBits];
        stream.Position = place;
        stream.ReadExactly(block);
        return block;
    }

    private void LookAtLog()
    {
        if (super.LogStart == 0)
        {
            Note(Notes.Information, "its log lies on another device and was not looked at: what was written last may be missing");
            return;
        }

        try
        {
            if (XfsLog.IsClean(volume, super.BlockOffset(super.LogStart), (long)super.LogBlocks << super.BlockBits)) return;
            Note(Notes.Unsupported, "the file system was in use: its log holds what is not at its place yet and is not played back, so what was written last may be missing");
        }
        catch (InvalidDataException e)
        {
            Note(Notes.Malformed, $"its log cannot be read, so what was written last may be missing: {e.Message}");
        }
    }

    private XfsExtentMap Map(XfsInode inode) => new(volume, super, inode, Damaged);

    private void Damaged(string message) => Note(Notes.Malformed, message);
}
