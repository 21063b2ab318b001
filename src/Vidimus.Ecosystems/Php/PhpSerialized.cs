using System.Globalization;
using System.Text;
using Vidimus.Ecosystems.Reading;

namespace Vidimus.Ecosystems.Php;

/// <summary>Reads what PHP's <c>serialize</c> writes of arrays and simple values, as a tree; objects, which nothing here has, are refused.</summary>
/// <remarks>Format: <c>a:COUNT:{KEY VALUE …}</c>, <c>s:BYTES:"…";</c>, <c>i:N;</c>, <c>d:N;</c>, <c>b:0;</c>, <c>N;</c>.</remarks>
internal static class PhpSerialized
{
    private const int MostDepth = 64;

    /// <exception cref="InvalidDataException">The bytes are something else.</exception>
    public static YamlNode Read(ReadOnlySpan<byte> bytes)
    {
        var rest = bytes;
        return Value(ref rest, 0);
    }

    private static YamlNode Value(ref ReadOnlySpan<byte> rest, int depth)
    {
        if (depth > MostDepth) throw new InvalidDataException($"nested deeper than {MostDepth}");
        switch (rest)
        {
            case [(byte)'s', (byte)':', ..]:
                return new YamlText(Text(ref rest));
            case [(byte)'N', (byte)';', ..]:
                rest = rest[2..];
                return YamlText.Empty;
            case [(byte)'i' or (byte)'d' or (byte)'b', (byte)':', ..]:
                rest = rest[2..];
                return new YamlText(Encoding.UTF8.GetString(Until(ref rest, (byte)';')));
            case [(byte)'a', (byte)':', ..]:
                return Array(ref rest, depth);
            default:
                throw new InvalidDataException("not what PHP serializes, or an object");
        }
    }

    private static YamlMap Array(ref ReadOnlySpan<byte> rest, int depth)
    {
        rest = rest[2..];
        var count = Number(Until(ref rest, (byte)':'));
        Expect(ref rest, (byte)'{');
        var map = new YamlMap();
        for (var i = 0; i < count; i++)
        {
            var key = Value(ref rest, depth + 1).Text() ?? "";
            map.Add(key, Value(ref rest, depth + 1));
        }

        Expect(ref rest, (byte)'}');
        return map;
    }

    private static string Text(ref ReadOnlySpan<byte> rest)
    {
        rest = rest[2..];
        var length = Number(Until(ref rest, (byte)':'));
        Expect(ref rest, (byte)'"');
        if (length > rest.Length) throw new InvalidDataException("a text that is longer than the file");
        var text = Encoding.UTF8.GetString(rest[..length]);
        rest = rest[length..];
        Expect(ref rest, (byte)'"');
        Expect(ref rest, (byte)';');
        return text;
    }

    private static ReadOnlySpan<byte> Until(ref ReadOnlySpan<byte> rest, byte sign)
    {
        var end = rest.IndexOf(sign);
        if (end < 0) throw new InvalidDataException("ends within a value");
        var before = rest[..end];
        rest = rest[(end + 1)..];
        return before;
    }

    private static int Number(ReadOnlySpan<byte> digits) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new InvalidDataException("a length that is no number");

    private static void Expect(ref ReadOnlySpan<byte> rest, byte sign)
    {
        if (rest.IsEmpty || rest[0] != sign) throw new InvalidDataException($"'{(char)sign}' is missing");
        rest = rest[1..];
    }
}
