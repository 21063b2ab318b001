using System.Text;

namespace Vidimus.Files.Tests.Toml;

/// <summary>Writes random documents by the grammar of TOML 1.0, from few keys, so that redefinitions of every kind occur.</summary>
internal sealed class TomlWriter(Random random)
{
    private static readonly string[] Keys = ["a", "b", "c", "d", "a-b", "1", "\"a\"", "'b'", "\"\\u00e9\"", "é", "\"\"", "true"];

    private static readonly string[] Numbers =
    [
        "0", "-0", "+7", "1_000", "1__0", "_1", "1_", "012", "0x1F", "0xdead_beef", "0o17", "0b1_0", "0x", "0xg", "-0x1", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "1.5", "1.", ".5", "1e5", "1E+5", "1e-0_5", "6.626e-34", "1.e5", "inf", "-inf", "+nan", "nan", "infinity", "0e0", "00.1", "1.5e", "3_1.4_1", "0xFFFFFFFFFFFFFFFF", "true", "false", "True",
    ];

    private static readonly string[] Dates =
    [
        "1979-05-27", "1979-02-29", "2000-02-29", "1979-13-01", "0000-01-01", "07:32:00", "07:32", "24:00:00", "23:59:60", "07:32:00.5", "07:32:00.", "07:32:00.123456789", "1979-05-27T07:32:00Z",
        "1979-05-27t07:32:00z", "1979-05-27 07:32:00", "1979-05-27 07:32:00.999-07:00", "1979-05-27T07:32:00+24:00", "1979-05-27T07:32", "1979-05-27  07:32:00", "07:32:00Z", "1979-5-27",
    ];

    private static readonly string[] Pieces =
    [
        "x", "é", "🦀", " ", "\\n", "\\\"", "\\\\", "\\u0041", "\\U0001F980", "\\ud800", "\\x41", "\\e", "\t", "'", "#", "\\b\\f\\r\\t",
    ];

    private string Of(string[] words) => words[random.Next(words.Length)];

    public string Document()
    {
        var text = new StringBuilder();
        for (var lines = random.Next(1, 10); lines > 0; lines--)
        {
            text.Append(random.Next(12) switch
            {
                0 or 1 => $"[{Key()}]",
                2 or 3 => $"[[{Key()}]]",
                4 => "# a comment",
                5 => "",
                _ => KeyValue(0),
            });
            if (random.Next(10) == 0) text.Append(" # é");
            text.Append(random.Next(8) == 0 ? "\r\n" : "\n");
        }

        return text.ToString();
    }

    private string Key()
    {
        // Mostly simple keys: half of the documents must be accepted.
        var parts = random.Next(6) switch { < 3 => 1, < 5 => 2, _ => 3 };
        return string.Join(random.Next(8) == 0 ? " . " : ".", Enumerable.Range(0, parts).Select(_ => random.Next(3) == 0 ? Of(Keys) : "k" + random.Next(12)));
    }

    private string KeyValue(int depth) => $"{Key()} = {Value(depth)}";

    private string Value(int depth) => random.Next(depth > 3 ? 7 : 10) switch
    {
        0 => random.Next(3) == 0 ? Of(Numbers) : random.Next(-500, 500).ToString(),
        1 => random.Next(3) == 0 ? Of(Dates) : "2024-01-0" + random.Next(1, 9),
        2 => $"\"{Text()}\"",
        3 => $"'{random.Next(100)} \\ \"'",
        4 => MultiLine(),
        5 => "true",
        6 => (random.NextDouble() * 1e6).ToString("R"),
        7 => $"{{ {string.Join(", ", Enumerable.Range(0, random.Next(4)).Select(_ => KeyValue(depth + 1)))} }}",
        _ => Array(depth),
    };

    private string Text() => string.Concat(Enumerable.Range(0, random.Next(5)).Select(_ => random.Next(4) == 0 ? Of(Pieces) : "t"));

    private string MultiLine()
    {
        var quote = random.Next(2) == 0 ? "\"\"\"" : "'''";
        var start = random.Next(2) == 0 ? "\n" : "";
        var middle = string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => random.Next(6) switch { 0 => "\n", 1 => "\r\n", 2 => "\\\n   \n ", 3 => quote[..1], 4 => "\\  \n", _ => "m" }));
        return quote + start + middle + quote + (random.Next(8) == 0 ? quote[..1] : "");
    }

    private string Array(int depth)
    {
        var items = string.Join(random.Next(4) == 0 ? ",\n  # c\n " : ", ", Enumerable.Range(0, random.Next(4)).Select(_ => Value(depth + 1)));
        return random.Next(5) == 0 && items.Length > 0 ? $"[\n{items},\n]" : $"[{items}]";
    }
}

/// <summary>Small random damage.</summary>
internal static class TomlDamage
{
    private static readonly string[] Tokens = ["[", "]", "{", "}", "=", ".", ",", "\"", "'", "\"\"\"", "'''", "\\", "\n", "\r", "\t", "#", "_", "-", "0", "e", "\0", "\u007f", "true", "[[", "]]"];

    public static byte[] Once(byte[] document, Random random)
    {
        var bytes = document.ToList();
        var at = random.Next(bytes.Count + 1);
        switch (random.Next(4))
        {
            case 0 when at < bytes.Count:
                bytes[at] = (byte)random.Next(256);
                break;
            case 1 when at < bytes.Count:
                bytes.RemoveRange(at, random.Next(1, Math.Min(8, bytes.Count - at) + 1));
                break;
            case 2:
                bytes.AddRange(document.AsSpan(Math.Min(at, document.Length)));
                break;
            default:
                bytes.InsertRange(at, Encoding.UTF8.GetBytes(Tokens[random.Next(Tokens.Length)]));
                break;
        }

        return [.. bytes];
    }
}
