using System.Buffers.Binary;
using System.Numerics;

namespace Vidimus.Files.Formats.FileSystems.Xfs;

/// <summary>The hash index of a large folder: leaves of (hash, place), and nodes above them.</summary>
/// <param name="readBlock">Reads the folder's block at a place of its address space, in bytes; null where there is none.</param>
internal sealed class XfsFolderIndex(XfsSuperblock super, Func<long, byte[]?> readBlock)
{
    /// <summary>The index stands this far into the folder's address space.</summary>
    public const long Start = 32L << 30;

    private const ushort Leaf1 = 0xD2F1;
    private const ushort Leaf = 0xD2FF;
    private const ushort Node = 0xFEBE;
    private const ushort Leaf1Of5 = 0x3DF1;
    private const ushort LeafOf5 = 0x3DFF;
    private const ushort NodeOf5 = 0x3EBE;
    private const int Deepest = 6;
    private const int MostOfOneHash = 1000;

    private int HeaderLength => super.HasChecksums ? 64 : 16;

    private int CountOffset => super.HasChecksums ? 56 : 12;

    /// <summary>xfs_da_hashname.</summary>
    public static uint Hash(ReadOnlySpan<byte> name)
    {
        uint hash = 0;
        for (; name.Length >= 4; name = name[4..]) hash = ((uint)name[0] << 21) ^ ((uint)name[1] << 14) ^ ((uint)name[2] << 7) ^ name[3] ^ BitOperations.RotateLeft(hash, 28);
        return name.Length switch
        {
            3 => ((uint)name[0] << 14) ^ ((uint)name[1] << 7) ^ name[2] ^ BitOperations.RotateLeft(hash, 21),
            2 => ((uint)name[0] << 7) ^ name[1] ^ BitOperations.RotateLeft(hash, 14),
            1 => name[0] ^ BitOperations.RotateLeft(hash, 7),
            _ => hash,
        };
    }

    /// <summary>The places in the folder's address space of the entries with a hash.</summary>
    /// <exception cref="InvalidDataException">The index is damaged.</exception>
    public List<long> Places(uint hash)
    {
        var block = Block(Start);
        for (var depth = 0; Kind(block) is Node or NodeOf5; depth++)
        {
            if (depth == Deepest) throw new InvalidDataException("the folder's index is damaged");
            var index = FirstAtLeast(block, hash);
            if (index == Count(block)) return [];
            block = Block((long)BinaryPrimitives.ReadUInt32BigEndian(block.AsSpan(HeaderLength + (index * 8) + 4)) << super.BlockBits);
        }

        var places = new List<long>();
        for (var leaves = 0; leaves < MostOfOneHash; leaves++)
        {
            if (Kind(block) is not (Leaf1 or Leaf or Leaf1Of5 or LeafOf5)) throw new InvalidDataException("the folder's index is damaged");
            var index = FirstAtLeast(block, hash);
            for (; index < Count(block) && places.Count < MostOfOneHash; index++)
            {
                var entry = block.AsSpan(HeaderLength + (index * 8));
                if (BinaryPrimitives.ReadUInt32BigEndian(entry) != hash) return places;
                places.Add((long)BinaryPrimitives.ReadUInt32BigEndian(entry[4..]) << 3);
            }

            var next = BinaryPrimitives.ReadUInt32BigEndian(block);
            if (next == 0 || Kind(block) is Leaf1 or Leaf1Of5) break;
            block = Block((long)next << super.BlockBits);
        }

        return places;
    }

    private static ushort Kind(byte[] block) => BinaryPrimitives.ReadUInt16BigEndian(block.AsSpan(8));

    private byte[] Block(long place)
    {
        var block = readBlock(place) ?? throw new InvalidDataException("the folder's index is damaged");
        return HeaderLength + (Count(block) * 8) <= block.Length ? block : throw new InvalidDataException("the folder's index is damaged");
    }

    private int Count(byte[] block) => BinaryPrimitives.ReadUInt16BigEndian(block.AsSpan(CountOffset));

    private int FirstAtLeast(byte[] block, uint hash)
    {
        var (low, high) = (0, Count(block));
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (BinaryPrimitives.ReadUInt32BigEndian(block.AsSpan(HeaderLength + (middle * 8))) < hash) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
