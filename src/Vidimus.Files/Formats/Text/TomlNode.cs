using System.Diagnostics.CodeAnalysis;

namespace Vidimus.Files.Formats.Text;

/// <summary>A node of a TOML document: a table, an array or a value.</summary>
public abstract class TomlNode;

/// <summary>A table, however it was written: by header, by dotted keys, inline.</summary>
public sealed class TomlTable : TomlNode
{
    private readonly Dictionary<string, TomlNode> members = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, TomlNode> Members => members;

    /// <summary>Written as <c>{ … }</c>, or within one: closed for good.</summary>
    internal bool IsInline { get; init; }

    /// <summary>Has a header of its own (<c>[a]</c>, or an element of <c>[[a]]</c>).</summary>
    internal bool HasHeader { get; set; }

    /// <summary>The header under which dotted keys made or extended it, counted from 1; 0 for none. Only there may they go on.</summary>
    internal int DottedUnder { get; set; }

    /// <summary>The text of a string member; null when it is absent or of another kind.</summary>
    public string? Text(string key) => members.GetValueOrDefault(key) is TomlValue { Kind: TomlKind.Text } value ? value.Text : null;

    /// <summary>Whether a member is <c>true</c>.</summary>
    public bool IsTrue(string key) => members.GetValueOrDefault(key) is TomlValue { Kind: TomlKind.Boolean, Text: "true" };

    /// <summary>A member that is a table, or null.</summary>
    public TomlTable? Table(string key) => members.GetValueOrDefault(key) as TomlTable;

    /// <summary>The tables of an array member; what else it holds is passed over.</summary>
    public IEnumerable<TomlTable> Tables(string key) => members.GetValueOrDefault(key) is TomlArray array ? array.Items.OfType<TomlTable>() : [];

    /// <summary>The strings of an array member; what else it holds is passed over.</summary>
    public IEnumerable<string> Texts(string key) =>
        members.GetValueOrDefault(key) is TomlArray array ? array.Items.OfType<TomlValue>().Where(v => v.Kind is TomlKind.Text).Select(v => v.Text) : [];

    internal bool TryGet(string key, [NotNullWhen(true)] out TomlNode? node) => members.TryGetValue(key, out node);

    internal bool TryAdd(string key, TomlNode node) => members.TryAdd(key, node);
}

/// <summary>An array, written as <c>[ … ]</c> or as <c>[[header]]</c>s.</summary>
public sealed class TomlArray : TomlNode
{
    private readonly List<TomlNode> items = [];

    public IReadOnlyList<TomlNode> Items => items;

    /// <summary>Made of <c>[[headers]]</c>, so that more may follow.</summary>
    internal bool OfHeaders { get; init; }

    internal void Add(TomlNode node) => items.Add(node);

    internal TomlArray With(TomlNode node)
    {
        items.Add(node);
        return this;
    }
}

/// <summary>A value.</summary>
/// <param name="text">A string's text; an integer in decimal; a float as <see cref="double.Parse(string, IFormatProvider)"/> reads it (<c>inf</c> and <c>nan</c> as TOML spells them);
/// <c>true</c> or <c>false</c>; dates and times as written.</param>
public sealed class TomlValue(TomlKind kind, string text) : TomlNode
{
    public TomlKind Kind => kind;

    public string Text => text;
}

/// <summary>The kinds of <see cref="TomlValue"/>.</summary>
public enum TomlKind : byte
{
    Text,
    Integer,
    Float,
    Boolean,

    /// <summary>A date, a time, or both, with or without an offset.</summary>
    Date,
}
