using System.Buffers.Binary;
using Vidimus.Files.FileTree.Disk;

namespace Vidimus.Files.Formats.FileSystems.Ext;

/// <summary>The block numbers of ext2 and ext3: twelve in the inode, then blocks of numbers, of blocks of numbers, and of blocks of blocks of numbers.</summary>
internal sealed class IndirectMap(Volume volume, byte[] area, int blockBits) : BlockMap
{
    private const int Direct = 12;
    private readonly int bits = blockBits - 2;

    public override Run Find(long block)
    {
        if (block < Direct) return Neighbours(area.AsSpan(0, Direct * 4), 0, block);

        var rest = block - Direct;
        for (var level = 1; level <= 3; level++)
        {
            var held = 1L << (level * bits);
            if (rest < held) return Below(BinaryPrimitives.ReadUInt32LittleEndian(area.AsSpan((Direct + level - 1) * 4)), level, block, rest);
            rest -= held;
        }

        throw new InvalidDataException($"block {block} of a file is beyond what block numbers can reach");
    }

    /// <param name="rest">The block's number among those under the pointer.</param>
    private Run Below(uint pointer, int level, long block, long rest)
    {
        for (; level > 0; level--)
        {
            if (pointer == 0) return new(block, (1L << (level * bits)) - rest, Run.Hole);
            var numbers = volume.Read((long)pointer << blockBits, 1 << blockBits);
            if (level == 1) return Neighbours(numbers, block - rest, block);

            var index = (int)(rest >> ((level - 1) * bits));
            rest &= (1L << ((level - 1) * bits)) - 1;
            pointer = BinaryPrimitives.ReadUInt32LittleEndian(numbers.AsSpan(index * 4));
        }

        return new(block, 1, Run.Hole);
    }

    /// <summary>A block and those behind it whose numbers follow on one another.</summary>
    /// <param name="first">The block of the file that the first number stands for.</param>
    private Run Neighbours(ReadOnlySpan<byte> numbers, long first, long block)
    {
        var index = (int)(block - first);
        var number = BinaryPrimitives.ReadUInt32LittleEndian(numbers[(index * 4)..]);
        long count = 1;
        for (var next = index + 1; next * 4 < numbers.Length; next++, count++)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(numbers[(next * 4)..]) != (number == 0 ? 0 : number + count)) break;
        }

        return new(block, count, number == 0 ? Run.Hole : (long)number << blockBits);
    }
}
