using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Vidimus.Files.Formats.Text;
using Vidimus.Testing;

namespace Vidimus.Files.Tests.Toml;

public sealed class TomlDocumentTests
{
    /// <summary>Reads one base64 document a line; answers <c>!</c> for a refused one, else its value with every leaf tagged by its type.</summary>
    private const string Judge = """
        import sys, base64, json, struct, tomllib, datetime
        def show(v):
            if isinstance(v, dict): return {k: show(v[k]) for k in v}
            if isinstance(v, list): return [show(x) for x in v]
            if isinstance(v, bool): return 'b:' + str(v).lower()
            if isinstance(v, int):
                if not -2**63 <= v < 2**63: raise ValueError('TOML 1.0 lets a reader refuse what 64 bits cannot hold')
                return 'i:%d' % v
            if isinstance(v, float): return 'f:nan' if v != v else 'f:' + struct.pack('>d', v).hex()
            if isinstance(v, (datetime.date, datetime.time)): return 'd:' + v.isoformat()
            return 's:' + v
        for line in sys.stdin:
            try: print(json.dumps(show(tomllib.loads(base64.b64decode(line).decode('utf-8'))), sort_keys=True))
            except (ValueError, RecursionError): print('!')
        """;

    [Fact]
    public void ReadsAsPythonDoes()
    {
        RealTool.Require("/usr/bin/python3");
        const int seed = 20261124;
        var random = new Random(seed);
        var writer = new TomlWriter(random);
        var documents = new List<byte[]>();
        for (var i = 0; i < 4000; i++)
        {
            var document = Encoding.UTF8.GetBytes(writer.Document());
            documents.Add(document);
            documents.Add(TomlDamage.Once(document, random));
        }

        var answers = RealTool.Run("/usr/bin/python3", ["-c", Judge], string.Join('\n', documents.Select(d => Convert.ToBase64String(d)))).TrimEnd('\n').Split('\n');

        Assert.Equal(documents.Count, answers.Length);
        var (accepted, differences) = (0, new List<string>());
        for (var i = 0; i < answers.Length; i++)
        {
            var ours = Shown(documents[i]);
            if (answers[i] != "!") accepted++;
            var same = answers[i] == "!" || ours is null ? answers[i] == "!" && ours is null : JsonNode.DeepEquals(JsonNode.Parse(answers[i]), ours);
            if (!same) differences.Add($"judge {answers[i]}\nours {ours?.ToJsonString() ?? "!"}\n{Encoding.UTF8.GetString(documents[i])}");
        }

        Assert.True(differences.Count == 0, $"seed {seed}, {differences.Count} differences:\n{string.Join("\n---\n", differences.Take(3))}");
        Assert.InRange(accepted, answers.Length / 5, answers.Length * 4 / 5);
    }

    [Fact]
    public void NeverThrowsAnythingElseOverTornDocuments()
    {
        var writer = new TomlWriter(new(7));
        for (var i = 0; i < 100; i++)
        {
            var document = Encoding.UTF8.GetBytes(writer.Document());
            for (var length = 0; length <= document.Length; length++) Shown(document[..length]);
        }
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{a=", "}")]
    [InlineData("[{a=", "}]")]
    public void RefusesDeepNesting(string open, string close)
    {
        var text = "a = " + string.Concat(Enumerable.Repeat(open, 65_535)) + string.Concat(Enumerable.Repeat(close, 65_535));
        Assert.Contains("deep", Assert.Throws<InvalidDataException>(() => TomlDocument.Parse(Encoding.UTF8.GetBytes(text))).Message);
    }

    [Fact]
    public void RefusesKeysOfManyParts()
    {
        var text = string.Join('.', Enumerable.Repeat("a", 65_535)) + " = 1";
        Assert.Contains("parts", Assert.Throws<InvalidDataException>(() => TomlDocument.Parse(Encoding.UTF8.GetBytes(text))).Message);
    }

    [Fact]
    public void RefusesMoreValuesThanItsBound() =>
        Assert.Contains("values", Assert.Throws<InvalidDataException>(() => TomlDocument.Parse(Encoding.UTF8.GetBytes("a = [" + string.Concat(Enumerable.Repeat("1,", TomlDocument.MaxNodes + 1)) + "]"))).Message);

    [Fact]
    public void NamesTheLineOfAnError() =>
        Assert.StartsWith("TOML line 3:", Assert.Throws<InvalidDataException>(() => TomlDocument.Parse("a = 1\n\nb = \n"u8)).Message);

    [Fact]
    public void PassesOverAByteOrderMark() => Assert.Equal("x", TomlDocument.Parse("\uFEFFa = 'x'"u8).Text("a"));

    /// <summary>Our reading in the judge's form; null when refused.</summary>
    private static JsonNode? Shown(byte[] document)
    {
        try
        {
            return Shown(TomlDocument.Parse(document));
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static JsonNode Shown(TomlNode node) => node switch
    {
        TomlTable table => new JsonObject(table.Members.Select(m => KeyValuePair.Create<string, JsonNode?>(m.Key, Shown(m.Value)))),
        TomlArray array => new JsonArray([.. array.Items.Select(Shown)]),
        TomlValue { Kind: TomlKind.Text } value => "s:" + value.Text,
        TomlValue { Kind: TomlKind.Integer } value => "i:" + value.Text,
        TomlValue { Kind: TomlKind.Boolean } value => "b:" + value.Text,
        TomlValue { Kind: TomlKind.Float } value => "f:" + Bits(value.Text),
        TomlValue { Kind: TomlKind.Date } value => "d:" + Date(value.Text),
        _ => throw new InvalidOperationException(),
    };

    private static string Bits(string text)
    {
        var value = text.TrimStart('+', '-') switch
        {
            "nan" => double.NaN,
            "inf" => text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity,
            _ => double.Parse(text, CultureInfo.InvariantCulture),
        };
        return double.IsNaN(value) ? "nan" : BitConverter.DoubleToInt64Bits(value).ToString("x16", CultureInfo.InvariantCulture);
    }

    /// <summary>As Python's isoformat: six digits of a fraction that is not zero, <c>+00:00</c> for Z.</summary>
    private static string Date(string text)
    {
        var date = text is [_, _, _, _, '-', ..] && text.Length > 10 ? text[..10] + "T" : text is [_, _, _, _, '-', ..] ? text : "";
        if (date.Length == 10) return date;
        var time = text[Math.Max(0, date.Length)..];
        var offset = time.IndexOfAny(['Z', 'z', '+', '-']) is >= 0 and var at ? time[at..].ToUpperInvariant() : "";
        time = time[..^offset.Length];
        if (time.Length > 8)
        {
            var fraction = time[9..].PadRight(6, '0')[..6];
            time = time[..8] + (fraction == "000000" ? "" : "." + fraction);
        }

        return date + time + (offset is "Z" or "-00:00" ? "+00:00" : offset);
    }
}
