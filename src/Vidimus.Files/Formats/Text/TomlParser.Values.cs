using System.Buffers;
using System.Globalization;
using System.Text;

namespace Vidimus.Files.Formats.Text;

internal ref partial struct TomlParser
{
    private static readonly SearchValues<byte> TokenEnds = SearchValues.Create(" \t\r\n,]}#"u8);

    private TomlNode Value()
    {
        switch (Next)
        {
            case (byte)'"':
                return Counted(new TomlValue(TomlKind.Text, text[at..].StartsWith("\"\"\""u8) ? MultiLine((byte)'"') : BasicString()));
            case (byte)'\'':
                return Counted(new TomlValue(TomlKind.Text, text[at..].StartsWith("'''"u8) ? MultiLine((byte)'\'') : LiteralString()));
            case (byte)'[' or (byte)'{':
                if (++depth > TomlDocument.MaxDepth) throw Error($"nested more than {TomlDocument.MaxDepth} deep");
                TomlNode node = Next == '[' ? Array() : InlineTable();
                depth--;
                return node;
            default:
                return Counted(Scalar());
        }
    }

    private TomlArray Array()
    {
        var array = Counted(new TomlArray());
        at++;
        while (true)
        {
            SkipLines();
            if (TryTake((byte)']')) return array;
            array.Add(Value());
            SkipLines();
            if (TryTake((byte)']')) return array;
            if (!TryTake((byte)',')) throw Error("expected ',' or ']' in an array");
        }
    }

    private void SkipLines()
    {
        do
        {
            SkipBlank();
            SkipComment();
        }
        while (TryNewLine());
    }

    private TomlTable InlineTable()
    {
        var table = Counted(new TomlTable { IsInline = true });
        at++;
        SkipBlank();
        if (TryTake((byte)'}')) return table;

        // A number of its own: dotted keys extend only what this table's own dotted keys made.
        var outer = header;
        header = -nodes;
        while (true)
        {
            KeyValue(table, inline: true);
            SkipBlank();
            if (TryTake((byte)'}')) break;
            if (!TryTake((byte)',')) throw Error("expected ',' or '}' in an inline table");
            SkipBlank();
        }

        header = outer;
        return table;
    }

    /// <summary>What stands without quotes: a boolean, a number, a date. Read as far as it reaches, then judged as a whole.</summary>
    private TomlValue Scalar()
    {
        var rest = text[at..];
        var length = rest.IndexOfAny(TokenEnds) is >= 0 and var end ? end : rest.Length;

        // A date and its time may be parted by a space.
        if (length == 10 && rest.Length > 11 && rest[10] == ' ' && char.IsAsciiDigit((char)rest[11]) && rest[4] == '-')
        {
            length = 11 + (rest[11..].IndexOfAny(TokenEnds) is >= 0 and var timeEnd ? timeEnd : rest.Length - 11);
        }

        if (length is 0 or > 1024) throw Error("expected a value");
        var word = Encoding.UTF8.GetString(rest[..length]);
        var value = word switch
        {
            "true" or "false" => new TomlValue(TomlKind.Boolean, word),
            "inf" or "+inf" or "-inf" or "nan" or "+nan" or "-nan" => new TomlValue(TomlKind.Float, word),
            ['0', 'x', .. var digits] => Based(digits, 16),
            ['0', 'o', .. var digits] => Based(digits, 8),
            ['0', 'b', .. var digits] => Based(digits, 2),
            [_, _, ':', ..] or [>= '0' and <= '9', >= '0' and <= '9', >= '0' and <= '9', >= '0' and <= '9', '-', ..] => IsDate(word) ? new TomlValue(TomlKind.Date, word) : null,
            _ => Number(word),
        };
        if (value is null) throw Error($"'{Shown(word)}' is no value");
        at += length;
        return value;
    }

    private static TomlValue? Based(string digits, int radix)
    {
        UInt128 value = 0;
        if (!AreParted(digits, c => char.IsAsciiHexDigit(c) && Convert.ToInt32(c.ToString(), 16) < radix)) return null;
        foreach (var c in digits)
        {
            if (c == '_') continue;
            value = (value * (uint)radix) + (uint)Convert.ToInt32(c.ToString(), 16);
            if (value > long.MaxValue) return null;
        }

        return new(TomlKind.Integer, value.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>A decimal integer or a float: <c>[+-] (0 | 1-9…) [.digits] [e[+-]digits]</c>, single underscores between digits.</summary>
    private static TomlValue? Number(string word)
    {
        var unsigned = Unsigned(word);
        var whole = unsigned;
        var exponent = whole.IndexOfAny('e', 'E');
        if (exponent >= 0)
        {
            if (!AreParted(Unsigned(unsigned[(exponent + 1)..]), char.IsAsciiDigit)) return null;
            whole = whole[..exponent];
        }

        var point = whole.IndexOf('.');
        if (point >= 0)
        {
            if (!AreParted(whole[(point + 1)..], char.IsAsciiDigit)) return null;
            whole = whole[..point];
        }

        if (!AreParted(whole, char.IsAsciiDigit) || whole is ['0', _, ..]) return null;

        var plain = word.Replace("_", "", StringComparison.Ordinal);
        if (exponent >= 0 || point >= 0) return new(TomlKind.Float, plain);
        return long.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer)
            ? new(TomlKind.Integer, integer.ToString(CultureInfo.InvariantCulture))
            : null;
    }

    private static ReadOnlySpan<char> Unsigned(ReadOnlySpan<char> word) => word is ['+' or '-', ..] ? word[1..] : word;

    /// <summary>Digits, at least one, with single underscores between them.</summary>
    private static bool AreParted(ReadOnlySpan<char> digits, Func<char, bool> isDigit)
    {
        if (digits.IsEmpty) return false;
        for (var i = 0; i < digits.Length; i++)
        {
            if (digits[i] == '_' ? i == 0 || i == digits.Length - 1 || digits[i - 1] == '_' : !isDigit(digits[i])) return false;
        }

        return true;
    }

    /// <summary><c>yyyy-MM-dd</c>, <c>HH:mm:ss[.fraction]</c>, or both with <c>T</c>, <c>t</c> or a space between and perhaps <c>Z</c> or an offset; the day must exist.</summary>
    private static bool IsDate(ReadOnlySpan<char> word)
    {
        if (word is [_, _, _, _, '-', ..])
        {
            if (word.Length < 10 || word[7] != '-') return false;
            if (!TryTwo(word, out var century, 99) || !TryTwo(word[2..], out var year, 99) || !TryTwo(word[5..], out var month, 12) || !TryTwo(word[8..], out var day, 31)) return false;
            year += century * 100;
            if (year == 0 || month == 0 || day == 0 || day > DateTime.DaysInMonth(year, month)) return false;
            if (word.Length == 10) return true;
            if (word[10] is not ('T' or 't' or ' ')) return false;
            return IsTime(word[11..], mayHaveOffset: true);
        }

        return IsTime(word, mayHaveOffset: false);
    }

    private static bool IsTime(ReadOnlySpan<char> word, bool mayHaveOffset)
    {
        if (word.Length < 8 || word[2] != ':' || word[5] != ':') return false;
        if (!TryTwo(word, out _, 23) || !TryTwo(word[3..], out _, 59) || !TryTwo(word[6..], out _, 59)) return false;
        word = word[8..];

        if (word is ['.', ..])
        {
            var digits = word[1..].IndexOfAnyExceptInRange('0', '9') is >= 0 and var end ? end : word.Length - 1;
            if (digits == 0) return false;
            word = word[(1 + digits)..];
        }

        if (word.IsEmpty) return true;
        if (!mayHaveOffset) return false;
        if (word is "Z" or "z") return true;
        return word is ['+' or '-', _, _, ':', _, _] && TryTwo(word[1..], out _, 23) && TryTwo(word[4..], out _, 59);
    }

    private static bool TryTwo(ReadOnlySpan<char> word, out int value, int most)
    {
        value = 0;
        if (word.Length < 2 || !char.IsAsciiDigit(word[0]) || !char.IsAsciiDigit(word[1])) return false;
        value = ((word[0] - '0') * 10) + word[1] - '0';
        return value <= most;
    }
}
