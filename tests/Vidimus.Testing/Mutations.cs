#pragma warning disable RS0030, CA5394 // The seed is the caller's; the numbers protect nothing.
namespace Vidimus.Testing;

/// <summary>Damaged copies of a file: cut short, bits turned, parts repeated, overwritten or left out. The same seed gives the same copies.</summary>
public static class Mutations
{
    public static IEnumerable<byte[]> Of(byte[] original, int seed, int count)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var copy = (byte[])original.Clone();
            for (var changes = random.Next(1, 5); changes > 0 && copy.Length > 0; changes--) copy = Change(copy, random);
            yield return copy;
        }
    }

    private static byte[] Change(byte[] bytes, Random random)
    {
        var at = random.Next(bytes.Length);
        var length = Math.Min(bytes.Length - at, random.Next(1, 64));
        switch (random.Next(6))
        {
            case 0:
                return bytes[..at];
            case 1:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 2:
                random.NextBytes(bytes.AsSpan(at, length));
                return bytes;
            case 3:
                bytes.AsSpan(at, length).Fill(random.Next(2) == 0 ? (byte)0xFF : (byte)0);
                return bytes;
            case 4:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            default:
                return [.. bytes[..at], .. bytes.AsSpan(at, length), .. bytes[at..]];
        }
    }
}
