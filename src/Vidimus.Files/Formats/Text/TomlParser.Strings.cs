using System.Buffers;
using System.Globalization;
using System.Text;

namespace Vidimus.Files.Formats.Text;

internal ref partial struct TomlParser
{
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    private string LiteralString()
    {
        var start = ++at;
        for (; !AtEnd && text[at] != '\''; at++)
        {
            if (IsControl(text[at])) throw Error("a control sign in a string");
        }

        if (AtEnd) throw Error("a string is not closed");
        return Encoding.UTF8.GetString(text[start..at++]);
    }

    private string BasicString()
    {
        var start = ++at;
        StringBuilder? built = null;
        for (; !AtEnd; at++)
        {
            var b = text[at];
            if (b == '"')
            {
                var rest = Encoding.UTF8.GetString(text[start..at++]);
                return built is null ? rest : built.Append(rest).ToString();
            }

            if (b == '\\')
            {
                (built ??= new()).Append(Encoding.UTF8.GetString(text[start..at]));
                Escape(built);
                start = at--;
            }
            else if (IsControl(b)) throw Error("a control sign in a string");
        }

        throw Error("a string is not closed");
    }

    /// <summary>A string in three quotes. A line's end right after the opening is left out, others are kept as one line feed; before the closing up to two more quotes may stand.</summary>
    private string MultiLine(byte quote)
    {
        at += 3;
        TryNewLine();
        var built = new StringBuilder();
        var start = at;
        while (!AtEnd)
        {
            var b = text[at];
            if (b == quote && at + 2 < text.Length && text[at + 1] == quote && text[at + 2] == quote)
            {
                built.Append(Encoding.UTF8.GetString(text[start..at]));
                at += 3;
                for (var more = 0; more < 2 && TryTake(quote); more++) built.Append((char)quote);
                return built.ToString();
            }

            if (b == '\\' && quote == '"')
            {
                built.Append(Encoding.UTF8.GetString(text[start..at]));
                if (!TrySkipLineEnd()) Escape(built);
                start = at;
            }
            else if (AtNewLine())
            {
                built.Append(Encoding.UTF8.GetString(text[start..at])).Append('\n');
                TryNewLine();
                start = at;
            }
            else if (IsControl(b)) throw Error("a control sign in a string");
            else at++;
        }

        throw Error("a string is not closed");
    }

    /// <summary>A backslash at a line's end: it and all white space up to the next sign are left out.</summary>
    private bool TrySkipLineEnd()
    {
        var back = at++;
        SkipBlank();
        if (!TryNewLine())
        {
            at = back;
            return false;
        }

        do SkipBlank();
        while (TryNewLine());
        return true;
    }

    private void Escape(StringBuilder built)
    {
        at++;
        var sign = Next;
        at++;
        switch (sign)
        {
            case (byte)'b': built.Append('\b'); break;
            case (byte)'t': built.Append('\t'); break;
            case (byte)'n': built.Append('\n'); break;
            case (byte)'f': built.Append('\f'); break;
            case (byte)'r': built.Append('\r'); break;
            case (byte)'"': built.Append('"'); break;
            case (byte)'\\': built.Append('\\'); break;
            case (byte)'u': Unicode(built, 4); break;
            case (byte)'U': Unicode(built, 8); break;
            default: throw Error("an unknown escape in a string");
        }
    }

    private void Unicode(StringBuilder built, int digits)
    {
        // The digits are looked at first: .NET's parsers let trailing NULs pass.
        if (at + digits > text.Length
            || text.Slice(at, digits).ContainsAnyExcept(HexDigits)
            || !uint.TryParse(text.Slice(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            || !Rune.TryCreate(value, out var rune)) throw Error("an escape that is no Unicode scalar value");
        built.Append(rune.ToString());
        at += digits;
    }
}
