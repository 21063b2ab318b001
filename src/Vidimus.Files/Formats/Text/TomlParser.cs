using System.Text;

namespace Vidimus.Files.Formats.Text;

/// <summary>One pass over a document: statements, keys and what they may define. Values and strings are in the files beside this one.</summary>
internal ref partial struct TomlParser(ReadOnlySpan<byte> text)
{
    private readonly ReadOnlySpan<byte> text = text;
    private int at;
    private int nodes;
    private int depth;

    /// <summary>The number of the header that is being read, for <see cref="TomlTable.DottedUnder"/>; the part before the first header is 1.</summary>
    private int header = 1;

    private readonly byte Next => at < text.Length ? text[at] : (byte)0;

    private readonly bool AtEnd => at >= text.Length;

    public TomlTable Document()
    {
        var root = new TomlTable { HasHeader = true };
        var table = root;
        while (true)
        {
            SkipBlank();
            if (AtEnd) return root;
            if (!TryNewLine())
            {
                if (Next == '[') table = Header(root);
                else if (Next != '#') KeyValue(table, inline: false);

                SkipBlank();
                SkipComment();
                if (AtEnd) return root;
                if (!TryNewLine()) throw Error("expected the end of the line");
            }
        }
    }

    /// <summary><c>[a.b]</c> or <c>[[a.b]]</c>: the table that what follows goes into.</summary>
    private TomlTable Header(TomlTable root)
    {
        at++;
        header++;
        var many = Next == '[';
        if (many) at++;

        SkipBlank();
        var keys = Key();
        SkipBlank();
        if (!TryTake((byte)']') || (many && !TryTake((byte)']'))) throw Error("a table's header is not closed");

        var parent = root;
        foreach (var key in keys[..^1]) parent = Enter(parent, key);

        var table = Counted(new TomlTable { HasHeader = true });
        var last = keys[^1];
        if (!parent.TryGet(last, out var there))
        {
            parent.TryAdd(last, many ? Counted(new TomlArray { OfHeaders = true }).With(table) : table);
            return table;
        }

        switch (there)
        {
            case TomlArray { OfHeaders: true } array when many:
                array.Add(table);
                return table;
            case TomlTable { IsInline: false, HasHeader: false, DottedUnder: 0 } implied when !many:
                implied.HasHeader = true;
                return implied;
            default:
                throw Error($"'{Shown(last)}' is defined twice");
        }
    }

    /// <summary>A step along a header's path, through tables and the last element of arrays of tables; makes what is not there.</summary>
    private TomlTable Enter(TomlTable parent, string key)
    {
        if (!parent.TryGet(key, out var there))
        {
            there = Counted(new TomlTable());
            parent.TryAdd(key, there);
        }

        if (there is TomlArray { OfHeaders: true } array) there = array.Items[^1];
        return there is TomlTable { IsInline: false } table ? table : throw Error($"'{Shown(key)}' is no table that can be extended");
    }

    private void KeyValue(TomlTable table, bool inline)
    {
        var keys = Key();
        SkipBlank();
        if (!TryTake((byte)'=')) throw Error("expected '=' after a key");
        SkipBlank();

        var value = Value();
        foreach (var key in keys[..^1]) table = EnterDotted(table, key, inline);
        if (!table.TryAdd(keys[^1], value)) throw Error($"'{Shown(keys[^1])}' is defined twice");
    }

    /// <summary>A step along a dotted key: through tables that dotted keys of the same header (or the same inline table) made, or that headers only implied.</summary>
    private TomlTable EnterDotted(TomlTable parent, string key, bool inline)
    {
        if (!parent.TryGet(key, out var there))
        {
            var made = Counted(new TomlTable { DottedUnder = header });
            parent.TryAdd(key, made);
            return made;
        }

        var open = there is TomlTable { IsInline: false, HasHeader: false } table && (table.DottedUnder == header || (table.DottedUnder == 0 && !inline)) ? table : null;
        if (open is null) throw Error($"'{Shown(key)}' is no table that can be extended here");
        open.DottedUnder = header;
        return open;
    }

    private List<string> Key()
    {
        var parts = new List<string>(1);
        while (true)
        {
            parts.Add(KeyPart());
            if (parts.Count > TomlDocument.MaxDepth) throw Error($"a key of more than {TomlDocument.MaxDepth} parts");
            SkipBlank();
            if (!TryTake((byte)'.')) return parts;
            SkipBlank();
        }
    }

    private string KeyPart()
    {
        if (Next == '"') return BasicString();
        if (Next == '\'') return LiteralString();

        var start = at;
        while (char.IsAsciiLetterOrDigit((char)Next) || Next is (byte)'_' or (byte)'-') at++;
        return at > start ? Encoding.ASCII.GetString(text[start..at]) : throw Error("expected a key");
    }

    private void SkipBlank()
    {
        while (Next is (byte)' ' or (byte)'\t') at++;
    }

    private void SkipComment()
    {
        if (Next != '#') return;
        for (; !AtEnd && !AtNewLine(); at++)
        {
            if (IsControl(text[at])) throw Error("a control sign in a comment");
        }
    }

    private readonly bool AtNewLine() => Next == '\n' || (Next == '\r' && at + 1 < text.Length && text[at + 1] == '\n');

    private bool TryNewLine()
    {
        if (!AtNewLine()) return false;
        at += text[at] == '\r' ? 2 : 1;
        return true;
    }

    private bool TryTake(byte sign)
    {
        if (AtEnd || text[at] != sign) return false;
        at++;
        return true;
    }

    /// <summary>Control signs but the tab; the line's end is looked for before.</summary>
    private static bool IsControl(byte b) => (b < ' ' && b != '\t') || b == 0x7F;

    private T Counted<T>(T node) where T : TomlNode
    {
        if (++nodes > TomlDocument.MaxNodes) throw Error($"more than {TomlDocument.MaxNodes} values");
        return node;
    }

    private static string Shown(string key) => key.Length <= 64 ? key : key[..64] + "…";

    private readonly InvalidDataException Error(string what) => new($"TOML line {text[..Math.Min(at, text.Length)].Count((byte)'\n') + 1}: {what}");
}
