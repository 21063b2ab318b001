using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Vidimus.Advisories;

/// <summary>The hash of a key's name: of its characters four at a time, the same on every machine.</summary>
/// <remarks>Multiply and rotate, after the finaliser of MurmurHash3. Nobody's secrets hang on it: a table has a bounded number of names and a look-up is bounded by the table.</remarks>
internal static class BookHash
{
    public static uint Of(int ecosystem, ReadOnlySpan<char> name)
    {
        var hash = ((ulong)(uint)ecosystem + 1) * 0x9E3779B97F4A7C15;
        var bytes = MemoryMarshal.AsBytes(name);
        for (; bytes.Length >= 8; bytes = bytes[8..]) hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(bytes));

        ulong rest = (ulong)name.Length << 56;
        for (var i = 0; i < bytes.Length; i++) rest ^= (ulong)bytes[i] << (8 * i);
        hash = Mix(hash, rest);
        hash ^= hash >> 33;
        hash *= 0xFF51AFD7ED558CCD;
        return (uint)(hash >> 32);
    }

    private static ulong Mix(ulong hash, ulong next) => BitOperations.RotateLeft((hash ^ next) * 0xC4CEB9FE1A85EC53, 29);
}
