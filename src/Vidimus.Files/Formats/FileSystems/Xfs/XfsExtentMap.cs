using System.Buffers.Binary;
using Vidimus.Files.FileTree.Disk;

namespace Vidimus.Files.Formats.FileSystems.Xfs;

/// <summary>The extents of an inode's fork: a list in the inode, or a B+tree whose root is there.</summary>
internal sealed class XfsExtentMap(Volume volume, XfsSuperblock super, XfsInode inode, Action<string> damaged) : BlockMap
{
    private const int RecordLength = 16;
    private const int RootHeader = 4;
    private const int Deepest = 12;
    private const long Last = (1L << 54) - 1;
    private const uint TreeMagic4 = 0x424D4150;
    private const uint TreeMagic5 = 0x424D4133;

    private byte[]? leaf;
    private ulong leafBlock;

    private int NodeHeader => super.HasChecksums ? 72 : 24;

    public override Run Find(long block)
    {
        if (inode.Form is XfsForm.Extents)
        {
            var count = inode.Extents;
            if (count * RecordLength > (ulong)inode.Fork.Length) throw new InvalidDataException("its list of extents does not fit into its inode");
            return Among(inode.Fork, (int)count, block, Last);
        }

        if (inode.Form is not XfsForm.Tree) throw new InvalidDataException("it has no extents");
        var root = inode.Fork;
        if (root.Length < RootHeader) throw new InvalidDataException("its tree of extents is damaged");
        int level = BinaryPrimitives.ReadUInt16BigEndian(root);
        int records = BinaryPrimitives.ReadUInt16BigEndian(root[2..]);
        var most = (root.Length - RootHeader) / RecordLength;
        if (level is < 1 or > Deepest || records == 0 || records > most) throw new InvalidDataException("its tree of extents is damaged");

        var end = Last;
        var pointer = Child(root[RootHeader..], records, most, block, ref end);
        for (level--; level > 0; level--)
        {
            var node = Node(pointer, level);
            var count = BinaryPrimitives.ReadUInt16BigEndian(node.AsSpan(6));
            pointer = Child(node.AsSpan(NodeHeader), count, (node.Length - NodeHeader) / RecordLength, block, ref end);
        }

        var records2 = Node(pointer, 0);
        return Among(records2.AsSpan(NodeHeader), BinaryPrimitives.ReadUInt16BigEndian(records2.AsSpan(6)), block, end);
    }

    /// <summary>The child that holds a block: keys stand in front, pointers behind the room for all keys.</summary>
    /// <param name="end">Made smaller to where the child's part ends.</param>
    private static ulong Child(ReadOnlySpan<byte> area, int count, int most, long block, ref long end)
    {
        var (low, high) = (0, count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if ((long)Math.Min(BinaryPrimitives.ReadUInt64BigEndian(area[(middle * 8)..]), Last) <= block) low = middle + 1;
            else high = middle;
        }

        if (low < count) end = Math.Min(end, (long)Math.Min(BinaryPrimitives.ReadUInt64BigEndian(area[(low * 8)..]), Last));
        return BinaryPrimitives.ReadUInt64BigEndian(area[((most * 8) + (Math.Max(0, low - 1) * 8))..]);
    }

    private byte[] Node(ulong block, int level)
    {
        if (level == 0 && leaf is not null && block == leafBlock) return leaf;

        var node = volume.Read(super.BlockOffset(block), 1 << super.BlockBits);
        var count = BinaryPrimitives.ReadUInt16BigEndian(node.AsSpan(6));
        if (BinaryPrimitives.ReadUInt32BigEndian(node) != (super.HasChecksums ? TreeMagic5 : TreeMagic4) || BinaryPrimitives.ReadUInt16BigEndian(node.AsSpan(4)) != level
            || count == 0 || count > (node.Length - NodeHeader) / RecordLength) throw new InvalidDataException("its tree of extents is damaged");
        if (super.HasChecksums && ~Crc32C.AppendWithout(Crc32C.Start, node, 64) != BinaryPrimitives.ReadUInt32LittleEndian(node.AsSpan(64))) damaged("a block of its tree of extents has a wrong checksum");
        if (level == 0) (leaf, leafBlock) = (node, block);
        return node;
    }

    private Run Among(ReadOnlySpan<byte> records, int count, long block, long end)
    {
        var (low, high) = (0, count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (First(records, middle) <= block) low = middle + 1;
            else high = middle;
        }

        var next = Math.Max(block + 1, low < count ? Math.Min(First(records, low), end) : end);
        if (low == 0) return new(block, next - block, Run.Hole);

        // One bit "not written", 54 bits of the file's block, 52 of the volume's, 21 of the count.
        var record = records[((low - 1) * RecordLength)..];
        var (upper, lower) = (BinaryPrimitives.ReadUInt64BigEndian(record), BinaryPrimitives.ReadUInt64BigEndian(record[8..]));
        var first = First(records, low - 1);
        var length = (long)(lower & 0x1F_FFFF);
        if (block >= first + length) return new(block, next - block, Run.Hole);
        return new(first, length, upper >> 63 != 0 ? Run.Hole : super.BlockOffset(((upper & 0x1FF) << 43) | (lower >> 21)));
    }

    private static long First(ReadOnlySpan<byte> records, int index) => (long)((BinaryPrimitives.ReadUInt64BigEndian(records[(index * RecordLength)..]) & long.MaxValue) >> 9);
}
