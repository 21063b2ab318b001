using System.Buffers.Binary;
using System.Text;

namespace Vidimus.Hostile.Tests.Mutation;

/// <summary>Damages a file as an attacker would: bits, blocks, ends, lengths and numbers. The same seed gives the same bytes.</summary>
public sealed class Mutator(int seed)
{
    /// <summary>What stands at the borders of the numbers that formats keep.</summary>
    private static readonly ulong[] Borders = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE, 0xFFFF_FFFF, 0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, ulong.MaxValue];

    private static readonly string[] Texts =
    [
        "99999999999999999999999999999999", "-1", "0x7fffffffffffffff", "1e999999999", "NaN", "\0", "\r", "\n\n", "\u202e", "\u001b[31m", "\ud7ff\uffff", "../../../../etc/passwd", "//", "%00", "${jndi:x}",
        "[[[[[[[[[[[[[[[[", "{{{{{{{{{{{{", "\"", "\"\"\"", "'''", "\\u", "\\ud800", "null", "true", "[]", "{}", ",", ":", "=", "(", "<=>", "~", "1:2:3-4-5", "99999999999:1",
    ];

    private readonly Random random = new(seed);

    public byte[] Mutate(byte[] original)
    {
        var bytes = (byte[])original.Clone();
        for (var changes = random.Next(1, 6); changes > 0 && bytes.Length > 0; changes--) bytes = Change(bytes);
        return bytes;
    }

    private byte[] Change(byte[] bytes)
    {
        // Half of all changes fall where headers are, at the beginning or the end.
        var at = random.Next(4) switch { 0 => random.Next(Math.Min(bytes.Length, 4096)), 1 => bytes.Length - 1 - random.Next(Math.Min(bytes.Length, 1024)), _ => random.Next(bytes.Length) };
        var length = Math.Min(bytes.Length - at, random.Next(1, random.Next(2) == 0 ? 16 : 4096));
        switch (random.Next(10))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 1:
                return bytes[..at];
            case 2:
                random.NextBytes(bytes.AsSpan(at, length));
                return bytes;
            case 3:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 4:
                var from = random.Next(bytes.Length - length + 1);
                bytes.AsSpan(from, length).ToArray().CopyTo(bytes.AsSpan(at));
                return bytes;
            case 5:
                return [.. bytes[..at], .. bytes.AsSpan(at, length), .. bytes.AsSpan(at, length), .. bytes[at..]];
            case 6:
                return [.. bytes[..at], .. Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Texts[random.Next(Texts.Length)], random.Next(8) == 0 ? random.Next(2000) : 1))), .. bytes[at..]];
            case 7:
                return AtDigits(bytes, at);
            default:
                Number(bytes.AsSpan(at));
                return bytes;
        }
    }

    /// <summary>Puts a border, or a neighbour of what is there, in the place of a binary number of 1, 2, 4 or 8 bytes.</summary>
    private void Number(Span<byte> place)
    {
        var width = 1 << random.Next(4);
        if (place.Length < width) return;

        Span<byte> number = stackalloc byte[8];
        number.Clear();
        place[..width].CopyTo(number);
        var big = random.Next(2) == 0;
        var old = big ? BinaryPrimitives.ReadUInt64BigEndian(number) >> (64 - (8 * width)) : BinaryPrimitives.ReadUInt64LittleEndian(number);
        var now = random.Next(3) == 0 ? old + (ulong)random.NextInt64(-3, 4) : Borders[random.Next(Borders.Length)];
        if (big) BinaryPrimitives.WriteUInt64BigEndian(number, now << (64 - (8 * width)));
        else BinaryPrimitives.WriteUInt64LittleEndian(number, now);
        number[..width].CopyTo(place);
    }

    /// <summary>Puts other digits in the place of the next written number, as sizes in tar headers and versions are.</summary>
    private byte[] AtDigits(byte[] bytes, int at)
    {
        var start = bytes.AsSpan(at).IndexOfAnyInRange((byte)'0', (byte)'9');
        if (start < 0) return bytes;
        var digits = bytes.AsSpan(at + start).IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (digits < 0) digits = bytes.Length - at - start;
        if (random.Next(2) == 0)
        {
            bytes.AsSpan(at + start, digits).Fill((byte)"0179"[random.Next(4)]);
            return bytes;
        }

        return [.. bytes[..(at + start)], .. Encoding.ASCII.GetBytes(new string('9', random.Next(1, 400))), .. bytes[(at + start + digits)..]];
    }
}
