using System.Buffers.Binary;
using System.Numerics;

namespace Vidimus.Files.Formats.FileSystems;

/// <summary>CRC-32C (Castagnoli) without the inversions at beginning and end, which ext4 and XFS each do in their own way.</summary>
internal static class Crc32C
{
    public const uint Start = uint.MaxValue;

    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= 8; bytes = bytes[8..]) crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var b in bytes) crc = BitOperations.Crc32C(crc, b);
        return crc;
    }

    public static uint Append(uint crc, uint value) => BitOperations.Crc32C(crc, value);

    /// <summary>The checksum of bytes in which a field of four, its own, counts as zeros.</summary>
    public static uint AppendWithout(uint crc, ReadOnlySpan<byte> bytes, int field)
    {
        crc = Append(crc, bytes[..field]);
        crc = BitOperations.Crc32C(crc, 0u);
        return Append(crc, bytes[(field + 4)..]);
    }
}
