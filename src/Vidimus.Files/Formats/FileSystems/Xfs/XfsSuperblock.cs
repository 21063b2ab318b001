using System.Buffers.Binary;
using System.Numerics;
using Vidimus.Files.FileTree.Disk;
using Vidimus.Model.Files;

namespace Vidimus.Files.Formats.FileSystems.Xfs;

/// <summary>The superblock of XFS, versions 4 and 5.</summary>
/// <remarks>Format: "XFS Algorithms &amp; Data Structures", and xfs_format.h of the kernel for what is younger. Numbers are big-endian, checksums little-endian.</remarks>
internal sealed class XfsSuperblock
{
    private const int Length = 512;

    /// <summary>Incompatible features that are understood: file types, sparse inodes, a separate metadata uuid, big timestamps, needs-repair, many extents, exchanged ranges, parent pointers, the metadata folder.</summary>
    private const uint Known = 0x1FF;

    private readonly byte[] bytes;

    private XfsSuperblock(byte[] bytes, Volume volume)
    {
        this.bytes = bytes;
        Version = U16(100) & 0xF;
        if (Version is not (4 or 5)) throw new InvalidDataException($"it is XFS of version {Version}, and versions 4 and 5 are read");
        if (Version == 4 && (U16(100) & 0x2000) == 0) throw new InvalidDataException("it is XFS with folders of version 1, which Linux never wrote");

        BlockBits = bytes[120];
        InodeBits = bytes[122];
        InodesPerBlockBits = bytes[123];
        GroupBlockBits = bytes[124];
        FolderBlockBits = BlockBits + bytes[192];
        if (BlockBits is < 9 or > 16 || U32(4) != 1u << BlockBits || InodeBits is < 8 or > 11 || InodesPerBlockBits != BlockBits - InodeBits || FolderBlockBits is < 9 or > 16
            || GroupBlockBits > 31 || GroupBlocks == 0 || GroupBlocks > 1L << GroupBlockBits || Groups == 0) throw new InvalidDataException("the XFS superblock is damaged: its sizes are impossible");
        if (Version == 5 && (U32(216) & ~Known) != 0) throw new InvalidDataException($"the XFS needs features that are not read (0x{U32(216) & ~Known:x})");

        IsTorn = U64(8) > (ulong)(volume.Length >> BlockBits);
    }

    public int Version { get; }

    public bool HasChecksums => Version == 5;

    public int BlockBits { get; }

    public int InodeBits { get; }

    public int InodesPerBlockBits { get; }

    /// <summary>So many bits of a block's or inode's number are its place in its allocation group.</summary>
    public int GroupBlockBits { get; }

    public int FolderBlockBits { get; }

    public uint GroupBlocks => U32(84);

    public uint Groups => U32(88);

    public ulong Root => U64(56);

    public string Uuid => new Guid(bytes.AsSpan(32, 16), bigEndian: true).ToString();

    public string Label => PathText.Decode(bytes.AsSpan(108, 12) is var label && label.IndexOf((byte)0) is >= 0 and var end ? label[..end] : label);

    /// <summary>Whether the volume ends before the file system does.</summary>
    public bool IsTorn { get; }

    public bool HasFileTypes => Version == 5 ? (U32(216) & 1) != 0 : (U16(100) & 0x8000) != 0 && (U32(200) & 0x200) != 0;

    public bool NeedsRepair => Version == 5 && (U32(216) & 0x10) != 0;

    /// <summary>Whether names are hashed and compared without their case.</summary>
    public bool IgnoresCase => (U16(100) & 0x4000) != 0;

    /// <summary>The log's first block; 0 when it lies on another device.</summary>
    public ulong LogStart => U64(48);

    public uint LogBlocks => U32(96);

    public bool ChecksumHolds => !HasChecksums || ~Crc32C.AppendWithout(Crc32C.Start, bytes, 224) == BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(224));

    /// <summary>Reads the superblock; null when there is none.</summary>
    /// <exception cref="InvalidDataException">There is one that is damaged or needs what is not read.</exception>
    public static XfsSuperblock? Read(Volume volume)
    {
        var bytes = new byte[Length];
        if (!volume.TryRead(0, bytes) || !bytes.AsSpan().StartsWith("XFSB"u8)) return null;

        // The checksum is over the whole sector.
        var sector = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(102));
        if (!BitOperations.IsPow2(sector) || sector is < 512 or > 32768) throw new InvalidDataException("the XFS superblock is damaged: its sectors are impossible");
        if (sector > Length && volume.Length >= sector) bytes = volume.Read(0, sector);
        return new(bytes, volume);
    }

    /// <summary>Where a block lies, by its number of which the upper bits are the allocation group.</summary>
    /// <exception cref="InvalidDataException">It lies outside of the file system.</exception>
    public long BlockOffset(ulong block)
    {
        var group = block >> GroupBlockBits;
        var inGroup = block & ((1UL << GroupBlockBits) - 1);
        if (group >= Groups || inGroup >= GroupBlocks) throw new InvalidDataException($"it points to block {block}, outside of the file system");
        return (long)((group * GroupBlocks) + inGroup) << BlockBits;
    }

    private ushort U16(int at) => BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at));

    private uint U32(int at) => BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at));

    private ulong U64(int at) => BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(at));
}
