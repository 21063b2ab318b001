using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Vidimus.Ecosystems.Java;

/// <summary>What of a compiled class stays the same when a shading build moves it to another package, as a number.</summary>
/// <remarks>
/// Format: the Java Virtual Machine Specification, chapter 4. A shading build writes the class anew with the names of packages changed: the constant pool is in another order, every name with a package, and
/// texts that look like one, may differ. What stays: names of members and classes without packages, flags, the numbers among the constants, texts that hold neither dot nor slash, and of each method
/// the depth of its stack, its locals and its handlers.
/// </remarks>
internal static class ClassFingerprint
{
    private const int FewestMethods = 3;
    private const int ShortestText = 150;
    private const int MostParts = 200_000;
    private const int LongestText = 200;

    /// <summary>The fingerprint; null of what is no class, is torn, or is so small that many are alike.</summary>
    public static ulong? Of(ReadOnlySpan<byte> bytes)
    {
        var reader = new Reader(bytes);
        var parts = new List<string>();
        try
        {
            if (reader.U32() != 0xCAFEBABE) return null;
            reader.Skip(4);
            var pool = Pool(ref reader, parts);
            parts.Add("A" + reader.U16());
            parts.Add("C" + Simple(pool.ClassName(reader.U16())));
            parts.Add("S" + Simple(pool.ClassName(reader.U16())));
            for (int i = 0, count = reader.U16(); i < count; i++) parts.Add("I" + Simple(pool.ClassName(reader.U16())));
            Members(ref reader, pool, 'F', parts);
            if (Members(ref reader, pool, 'M', parts) < FewestMethods) return null;
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            return null;
        }

        parts.Sort(StringComparer.Ordinal);
        var text = string.Join('\n', parts);
        return text.Length < ShortestText ? null : BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private static ConstantPool Pool(ref Reader reader, List<string> parts)
    {
        var count = reader.U16();
        var pool = new ConstantPool(count);
        var texts = new List<int>();
        for (var i = 1; i < count; i++)
        {
            var tag = reader.U8();
            switch (tag)
            {
                case 1:
                    pool.Texts[i] = Encoding.UTF8.GetString(reader.Take(reader.U16()));
                    break;
                case 3 or 4:
                    parts.Add("N" + reader.U32().ToString(CultureInfo.InvariantCulture));
                    break;
                case 5 or 6:
                    parts.Add("L" + reader.U32().ToString(CultureInfo.InvariantCulture) + "." + reader.U32().ToString(CultureInfo.InvariantCulture));
                    i++; // takes two places
                    break;
                case 7:
                    pool.Names[i] = reader.U16();
                    break;
                case 8:
                    texts.Add(reader.U16());
                    break;
                case 9 or 10 or 11 or 12 or 17 or 18:
                    reader.Skip(4);
                    break;
                case 15:
                    reader.Skip(3);
                    break;
                case 16 or 19 or 20:
                    reader.Skip(2);
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(reader), tag, "an unknown constant");
            }
        }

        foreach (var index in texts)
        {
            if (pool.Text(index) is { Length: <= LongestText } text && text.AsSpan().IndexOfAny('.', '/', ';') < 0) parts.Add("T" + text);
        }

        return pool;
    }

    private static int Members(ref Reader reader, ConstantPool pool, char kind, List<string> parts)
    {
        var count = reader.U16();
        for (var i = 0; i < count; i++)
        {
            if (parts.Count > MostParts) throw new ArgumentOutOfRangeException(nameof(reader), "more members than a class has");
            var part = new StringBuilder().Append(kind).Append(reader.U16()).Append(' ').Append(pool.Text(reader.U16())).Append(' ').Append(Descriptor(pool.Text(reader.U16())));
            for (int a = 0, attributes = reader.U16(); a < attributes; a++)
            {
                var name = pool.Text(reader.U16());
                var attribute = new Reader(reader.Take(checked((int)Math.Min(reader.U32(), int.MaxValue))));
                if (name != "Code") continue;
                part.Append(' ').Append(attribute.U16()).Append(' ').Append(attribute.U16());
                attribute.Skip(checked((int)Math.Min(attribute.U32(), int.MaxValue)));
                part.Append(' ').Append(attribute.U16());
            }

            parts.Add(part.ToString());
        }

        return count;
    }

    private static string Simple(string name) => name[(name.LastIndexOf('/') + 1)..];

    /// <summary>A descriptor with its classes' names without packages: <c>(Lorg/a/B;I)V</c> is <c>(LB;I)V</c>.</summary>
    private static string Descriptor(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var end = text[at] is 'L' && text.IndexOf(';', at) is > 0 and var semicolon ? semicolon : at;
            if (end > at) result.Append('L').Append(Simple(text[(at + 1)..end]));
            result.Append(text[end]);
            at = end + 1;
        }

        return result.ToString();
    }

    private sealed class ConstantPool(int count)
    {
        public string?[] Texts { get; } = new string?[count];

        public int[] Names { get; } = new int[count];

        public string Text(int index) => Texts[index] ?? "";

        public string ClassName(int index) => index == 0 ? "" : Text(Names[index]);
    }

    private ref struct Reader(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> rest = bytes;

        public byte U8() => Take(1)[0];

        public int U16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

        public uint U32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

        public void Skip(int count) => Take(count);

        public ReadOnlySpan<byte> Take(int count)
        {
            var taken = rest[..count];
            rest = rest[count..];
            return taken;
        }
    }
}
