using System.Buffers.Binary;

namespace Vidimus.Advisories;

/// <summary>Writes numbers of as few bytes as they need: seven bits a byte, the lowest first, the eighth bit says that more follow.</summary>
internal sealed class ByteWriter
{
    private byte[] bytes = new byte[256];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void Put(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        var rest = (uint)number;
        for (; rest >= 0x80; rest >>= 7) Next(1)[0] = (byte)(rest | 0x80);
        Next(1)[0] = (byte)rest;
    }

    /// <summary>A number of three bytes, for what is looked for by halving.</summary>
    public void PutThree(int number)
    {
        if (number is < 0 or > ByteReader.MostInThree) throw new InvalidOperationException("A book holds 16 million strings, and a key as many records, at most.");
        var place = Next(3);
        BinaryPrimitives.WriteUInt16LittleEndian(place, (ushort)number);
        place[2] = (byte)(number >> 16);
    }

    public void PutFour(int number) => BinaryPrimitives.WriteInt32LittleEndian(Next(4), number);

    public void Put(ReadOnlySpan<byte> some) => some.CopyTo(Next(some.Length));

    /// <summary>A count, and ascending numbers by their distances.</summary>
    public void PutAscending(IReadOnlyCollection<int> numbers)
    {
        Put(numbers.Count);
        var before = 0;
        foreach (var number in numbers)
        {
            Put(number - before);
            before = number;
        }
    }

    private Span<byte> Next(int count)
    {
        if (bytes.Length - Length < count) Array.Resize(ref bytes, Math.Max(2 * bytes.Length, Length + count));
        Length += count;
        return bytes.AsSpan(Length - count, count);
    }
}

/// <summary>Reads what <see cref="ByteWriter"/> wrote. Numbers that can't be, and the end where none may be, are signs of a damaged file.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    public const int MostInThree = (1 << 24) - 1;

    private readonly ReadOnlySpan<byte> bytes = bytes;
    private int at;

    public readonly ReadOnlySpan<byte> Rest => bytes[at..];

    public int Number()
    {
        if (at < bytes.Length && bytes[at] < 0x80) return bytes[at++];
        return Longer();
    }

    /// <summary>A count of things of which each takes at least so many bytes of the rest.</summary>
    public int Count(int bytesEach = 1)
    {
        var count = Number();
        if ((long)count * bytesEach > bytes.Length - at) Damaged();
        return count;
    }

    public ReadOnlySpan<byte> Bytes(int count)
    {
        if ((uint)count > (uint)(bytes.Length - at)) Damaged();
        at += count;
        return bytes.Slice(at - count, count);
    }

    public int[] Ascending()
    {
        var all = new int[Count()];
        var number = 0;
        for (var i = 0; i < all.Length; i++)
        {
            var step = Number();
            if (step > int.MaxValue - number) Damaged();
            all[i] = number += step;
        }

        return all;
    }

    public static int Three(ReadOnlySpan<byte> rows, int rowSize, int row, int offset = 0)
    {
        var place = rows.Slice((row * rowSize) + offset, 3);
        return BinaryPrimitives.ReadUInt16LittleEndian(place) | (place[2] << 16);
    }

    private int Longer()
    {
        uint number = 0;
        for (var shift = 0; shift < 35 && at < bytes.Length; shift += 7)
        {
            var next = bytes[at++];
            if (shift == 28 && next > 7) break;
            number |= (uint)(next & 0x7F) << shift;
            if (next < 0x80) return (int)number;
        }

        Damaged();
        return 0;
    }

    private static void Damaged() => throw new InvalidDataException("The advisory book is damaged, or was closed: a list runs out of its bytes.");
}
