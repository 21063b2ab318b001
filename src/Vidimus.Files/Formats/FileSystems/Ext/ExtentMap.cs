using System.Buffers.Binary;
using Vidimus.Files.FileTree.Disk;

namespace Vidimus.Files.Formats.FileSystems.Ext;

/// <summary>An inode's extent tree (kernel documentation, filesystems/ext4/ifork).</summary>
/// <param name="seed">What the checksums of the tree's blocks begin with; null where there are none.</param>
/// <param name="damaged">Told of a block whose checksum is wrong.</param>
internal sealed class ExtentMap(Volume volume, byte[] root, int blockBits, uint? seed, Action<string> damaged) : BlockMap
{
    private const ushort Magic = 0xF30A;
    private const int HeaderLength = 12;
    private const int EntryLength = 12;
    private const int Deepest = 5;
    private const int MostWritten = 32768;

    private byte[]? leaf;
    private long leafOffset = -1;

    public override Run Find(long block)
    {
        if (block > uint.MaxValue) throw new InvalidDataException($"block {block} of a file is beyond what extents can hold");
        var node = root;
        var end = 1L << 32; // where the part of the file that the node tells of ends
        for (var depth = Depth(node, Deepest); depth > 0; depth--)
        {
            var index = Last(node, block);
            if (index < 0) return new(block, Math.Min(Start(node, 0), end) - block, Run.Hole);
            if (index + 1 < Count(node)) end = Math.Min(end, Start(node, index + 1));
            var entry = node.AsSpan(HeaderLength + (index * EntryLength));
            node = Node((BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]) | (long)BinaryPrimitives.ReadUInt16LittleEndian(entry[8..]) << 32) << blockBits, depth - 1);
        }

        return InLeaf(node, block, Math.Max(end, block + 1));
    }

    private Run InLeaf(byte[] node, long block, long end)
    {
        var index = Last(node, block);
        var next = index + 1 < Count(node) ? Math.Clamp(Start(node, index + 1), block + 1, end) : end;
        if (index < 0) return new(block, next - block, Run.Hole);

        var entry = node.AsSpan(HeaderLength + (index * EntryLength));
        var first = Start(node, index);
        long count = BinaryPrimitives.ReadUInt16LittleEndian(entry[4..]);
        var isWritten = count <= MostWritten;
        if (!isWritten) count -= MostWritten;
        if (block >= first + count) return new(block, next - block, Run.Hole);

        var physical = BinaryPrimitives.ReadUInt32LittleEndian(entry[8..]) | (long)BinaryPrimitives.ReadUInt16LittleEndian(entry[6..]) << 32;
        return new(first, count, isWritten ? physical << blockBits : Run.Hole);
    }

    private byte[] Node(long offset, int depth)
    {
        if (depth == 0 && offset == leafOffset) return leaf!;

        var node = volume.Read(offset, 1 << blockBits);
        if (Depth(node, depth) != depth || Count(node) == 0) throw new InvalidDataException("an extent tree is damaged");
        var tail = HeaderLength + (EntryLength * BinaryPrimitives.ReadUInt16LittleEndian(node.AsSpan(4)));
        if (seed is { } start && tail + 4 <= node.Length && Crc32C.Append(start, node.AsSpan(0, tail)) != BinaryPrimitives.ReadUInt32LittleEndian(node.AsSpan(tail))) damaged("a block of its extent tree has a wrong checksum");
        if (depth == 0) (leaf, leafOffset) = (node, offset);
        return node;
    }

    private static int Depth(byte[] node, int most)
    {
        var depth = BinaryPrimitives.ReadUInt16LittleEndian(node.AsSpan(6));
        if (BinaryPrimitives.ReadUInt16LittleEndian(node) != Magic || depth > most || HeaderLength + (Count(node) * EntryLength) > node.Length) throw new InvalidDataException("an extent tree is damaged");
        return depth;
    }

    private static int Count(byte[] node) => BinaryPrimitives.ReadUInt16LittleEndian(node.AsSpan(2));

    private static long Start(byte[] node, int index) => BinaryPrimitives.ReadUInt32LittleEndian(node.AsSpan(HeaderLength + (index * EntryLength)));

    /// <summary>The last entry that begins at or before a block; -1 for none.</summary>
    private static int Last(byte[] node, long block)
    {
        var (low, high) = (0, Count(node));
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Start(node, middle) <= block) low = middle + 1;
            else high = middle;
        }

        return low - 1;
    }
}
