using System.Buffers.Binary;

namespace Vidimus.Ecosystems.Tests.Programs;

/// <summary>The smallest ELF file: headers and one mapped part, without sections, as the gABI has them.</summary>
internal static class SmallElf
{
    public static byte[] Of(ReadOnlySpan<byte> constants)
    {
        var bytes = new byte[120 + constants.Length];
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(16), 2); // executable
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(18), 62); // x86-64
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(32), 64); // program headers
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(54), 56);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(56), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(64), 1); // PT_LOAD
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(68), 4); // read
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(72), 120);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(96), (ulong)constants.Length);
        constants.CopyTo(bytes.AsSpan(120));
        return bytes;
    }
}
