namespace Vidimus.Ecosystems.Reading;

/// <summary>A node of a YAML document: a <see cref="YamlMap"/>, a <see cref="YamlList"/> or a <see cref="YamlText"/>.</summary>
internal abstract class YamlNode;

/// <summary>A mapping in the document's order. Of a key that stands twice the first counts for look-ups.</summary>
internal sealed class YamlMap : YamlNode
{
    private readonly Dictionary<string, YamlNode> byKey = new(StringComparer.Ordinal);

    public List<(string Key, YamlNode Value)> Members { get; } = [];

    public void Add(string key, YamlNode value)
    {
        byKey.TryAdd(key, value);
        Members.Add((key, value));
    }

    public YamlNode? this[string key] => byKey.GetValueOrDefault(key);
}

/// <summary>A sequence.</summary>
internal sealed class YamlList : YamlNode
{
    public List<YamlNode> Items { get; } = [];
}

/// <summary>A scalar as its text; what type a plain one has is for its reader to say.</summary>
internal sealed class YamlText(string text) : YamlNode
{
    public static YamlText Empty { get; } = new("");

    public string Text => text;
}

/// <summary>Asks a node for what it should be; anything else is nothing.</summary>
internal static class YamlNodes
{
    public static YamlNode? Member(this YamlNode? node, string key) => (node as YamlMap)?[key];

    public static IReadOnlyList<(string Key, YamlNode Value)> Members(this YamlNode? node) => (node as YamlMap)?.Members ?? [];

    public static IReadOnlyList<YamlNode> Items(this YamlNode? node) => (node as YamlList)?.Items ?? [];

    /// <summary>A scalar's text; null where it is empty or no scalar.</summary>
    public static string? Text(this YamlNode? node) => node is YamlText { Text: { Length: > 0 } text } ? text : null;

    public static string? Text(this YamlNode? node, string key) => node.Member(key).Text();

    public static bool IsTrue(this YamlNode? node, string key) => node.Text(key) is "true";
}
