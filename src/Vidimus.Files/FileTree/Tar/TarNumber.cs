using System.Buffers.Text;

namespace Vidimus.Files.FileTree.Tar;

/// <summary>The numbers of tar: octal text, GNU's base-256, and PAX's decimal.</summary>
internal static class TarNumber
{
    /// <summary>A header field: octal digits among spaces and zeros, or, with the top bit set, a big-endian number in two's complement.</summary>
    /// <returns>False when it is neither, or does not fit.</returns>
    public static bool TryParse(ReadOnlySpan<byte> field, out long value)
    {
        value = 0;
        if ((field[0] & 0x80) != 0) return TryBinary(field, out value);

        field = field.Trim((byte)' ').Trim((byte)0).Trim((byte)' ');
        foreach (var digit in field)
        {
            if (digit is < (byte)'0' or > (byte)'7') return digit is 0 or (byte)' ';
            if (value >> 59 != 0) return false;
            value = (value << 3) | (uint)(digit - '0');
        }

        return true;
    }

    /// <summary>A decimal of PAX, nothing before or after it.</summary>
    public static bool TryDecimal(ReadOnlySpan<byte> text, out long value) => Utf8Parser.TryParse(text, out value, out var used) && used == text.Length;

    /// <summary>A time of PAX: seconds with any number of decimals, perhaps negative.</summary>
    public static DateTimeOffset? Time(ReadOnlySpan<byte> text)
    {
        var dot = text.IndexOf((byte)'.');
        if (!TryDecimal(dot < 0 ? text : text[..dot], out var seconds)) return null;

        var nanoseconds = 0L;
        if (dot >= 0)
        {
            var decimals = text[(dot + 1)..];
            for (var i = 0; i < 9; i++)
            {
                var digit = i < decimals.Length ? decimals[i] - '0' : 0;
                if (digit is < 0 or > 9) return null;
                nanoseconds = (nanoseconds * 10) + digit;
            }
        }

        if (nanoseconds == 0 || text[0] != '-') return UnixTime.Of(seconds, nanoseconds);
        return UnixTime.Of(seconds - 1, 1_000_000_000 - nanoseconds);
    }

    private static bool TryBinary(ReadOnlySpan<byte> field, out long value)
    {
        var negative = (field[0] & 0x40) != 0;
        value = negative ? -1 : 0;
        for (var i = 0; i < field.Length; i++)
        {
            var digit = i > 0 ? field[i] : negative ? field[i] : (byte)(field[i] & 0x7F);
            if (value >> 55 != (negative ? -1 : 0)) return false;
            value = (value << 8) | digit;
        }

        return true;
    }
}
