namespace Vidimus.Storage;

/// <summary>A set of package version numbers as bytes: the differences of the sorted numbers, seven bits a byte, the last byte of each without the high bit.</summary>
public static class PackageVersionSet
{
    public static byte[] Encode(IEnumerable<long> numbers)
    {
        using var bytes = new MemoryStream();
        var before = 0L;
        foreach (var number in numbers.Distinct().Order())
        {
            var rest = (ulong)(number - before);
            before = number;
            for (; rest >= 0x80; rest >>= 7) bytes.WriteByte((byte)(rest | 0x80));
            bytes.WriteByte((byte)rest);
        }

        return bytes.ToArray();
    }

    /// <summary>The numbers in their order.</summary>
    /// <exception cref="InvalidDataException">The bytes end within a number, or one has more than 63 bits.</exception>
    public static IReadOnlyList<long> Decode(ReadOnlySpan<byte> bytes)
    {
        var numbers = new List<long>();
        var (value, shift, before) = (0UL, 0, 0UL);
        foreach (var b in bytes)
        {
            if (shift > 56) throw new InvalidDataException("a package version number has more than 63 bits");
            value |= (ulong)(b & 0x7f) << shift;
            shift += 7;
            if (b >= 0x80) continue;
            before += value;
            if (before > long.MaxValue) throw new InvalidDataException("a package version number has more than 63 bits");
            numbers.Add((long)before);
            (value, shift) = (0, 0);
        }

        return shift == 0 ? numbers : throw new InvalidDataException("the set of package versions ends within a number");
    }
}
