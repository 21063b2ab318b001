using System.Buffers.Binary;
using Vidimus.Files.FileTree.Disk;

namespace Vidimus.Files.Formats.FileSystems.Ext;

/// <summary>The superblock of ext2, ext3 and ext4.</summary>
/// <remarks>Format: "ext4 Data Structures and Algorithms" of the Linux kernel's documentation (filesystems/ext4). Numbers are little-endian.</remarks>
internal sealed class ExtSuperblock
{
    public const long Offset = 1024;
    public const int Length = 1024;

    private const uint Compression = 0x1;
    private const uint FileType = 0x2;
    private const uint Recover = 0x4;
    private const uint JournalDevice = 0x8;
    private const uint MetaGroups = 0x10;
    private const uint Extents = 0x40;
    private const uint Bits64 = 0x80;
    private const uint ChecksumSeed = 0x2000;

    /// <summary>What may be set and is understood: file types, recovery, meta groups, extents, 64 bits, multiple mount protection, flexible groups, attributes in inodes, checksum seed, large folders, inline data, encryption, case folding.</summary>
    private const uint Known = FileType | Recover | MetaGroups | Extents | Bits64 | 0x100 | 0x200 | 0x400 | ChecksumSeed | 0x4000 | 0x8000 | 0x10000 | 0x20000;

    private readonly byte[] bytes;

    private ExtSuperblock(byte[] bytes)
    {
        this.bytes = bytes;
        var incompatible = U32(96);
        if (U32(24) > 6) throw new InvalidDataException("the ext superblock is damaged: its blocks are too large");
        BlockBits = 10 + (int)U32(24);
        InodeSize = U32(76) == 0 ? 128 : U16(88);
        Has64Bits = (incompatible & Bits64) != 0;
        DescriptorLength = Has64Bits ? U16(254) : 32;
        Blocks = U32(4) | (Has64Bits ? (long)U32(336) << 32 : 0);

        if ((incompatible & JournalDevice) != 0) throw new InvalidDataException("it is the journal of another ext file system");
        if ((incompatible & ~Known) != 0) throw new InvalidDataException($"the ext file system needs features that are not read (0x{incompatible & ~Known:x})");
        if (InodeSize < 128 || InodeSize > BlockLength || !int.IsPow2(InodeSize) || DescriptorLength < 32 || DescriptorLength > BlockLength || !int.IsPow2(DescriptorLength)
            || InodesPerGroup == 0 || U32(32) == 0 || FirstDataBlock > 1 || Blocks < 0) throw new InvalidDataException("the ext superblock is damaged: its sizes are impossible");
    }

    public int BlockBits { get; }

    public int BlockLength => 1 << BlockBits;

    public int InodeSize { get; }

    public bool Has64Bits { get; }

    public int DescriptorLength { get; }

    public long Blocks { get; }

    public uint Inodes => U32(0);

    public uint FirstDataBlock => U32(20);

    public uint BlocksPerGroup => U32(32);

    public uint InodesPerGroup => U32(40);

    public uint JournalInode => U32(224);

    public bool HasExternalJournal => U32(228) != 0;

    public bool HasFileTypes => (U32(96) & FileType) != 0;

    public bool NeedsRecovery => (U32(96) & Recover) != 0;

    public bool HasJournal => (U32(92) & 0x4) != 0;

    public bool HasExtents => (U32(96) & Extents) != 0;

    public bool HasChecksums => (U32(100) & 0x400) != 0;

    public string Uuid => new Guid(bytes.AsSpan(104, 16), bigEndian: true).ToString();

    public string Label => Model.Files.PathText.Decode(bytes.AsSpan(120, 16) is var label && label.IndexOf((byte)0) is >= 0 and var end ? label[..end] : label);

    /// <summary>What all checksums of metadata begin with.</summary>
    public uint Seed => (U32(96) & ChecksumSeed) != 0 ? U32(624) : Crc32C.Append(Crc32C.Start, bytes.AsSpan(104, 16));

    public bool ChecksumHolds => !HasChecksums || Crc32C.Append(Crc32C.Start, bytes.AsSpan(0, 1020)) == U32(1020);

    /// <summary>Reads the superblock; null when there is none.</summary>
    /// <exception cref="InvalidDataException">There is one that is damaged or needs what is not read.</exception>
    public static ExtSuperblock? Read(Volume volume)
    {
        var bytes = new byte[Length];
        return volume.TryRead(Offset, bytes) && BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(56)) == 0xEF53 ? new(bytes) : null;
    }

    /// <summary>Where a group's descriptor lies, in bytes: all in one table, or with meta groups in the groups that they describe.</summary>
    public long DescriptorOffset(uint group)
    {
        var perBlock = (uint)(BlockLength / DescriptorLength);
        var block = group / perBlock;
        var at = (group % perBlock) * DescriptorLength;
        var own = BlockBits == 10 ? 1L : 0; // the superblock's block, which with bigalloc is not the first data block
        if ((U32(96) & MetaGroups) == 0 || block < U32(260)) return ((own + 1 + block) << BlockBits) + at;

        var first = block * perBlock;
        return (((long)first * BlocksPerGroup + FirstDataBlock + (HasSuperblock(first) ? 1 : 0) + (first == 0 && FirstDataBlock < own ? 1 : 0)) << BlockBits) + at;
    }

    private bool HasSuperblock(uint group)
    {
        if (group == 0) return true;
        if ((U32(92) & 0x200) != 0) return group == U32(588) || group == U32(592); // sparse_super2 names the two
        if ((U32(100) & 1) == 0 || group == 1) return true;
        return IsPower(group, 3) || IsPower(group, 5) || IsPower(group, 7);
    }

    private static bool IsPower(uint number, uint root)
    {
        while (number > 1 && number % root == 0) number /= root;
        return number == 1;
    }

    private ushort U16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));

    private uint U32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));
}
