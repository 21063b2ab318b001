using System.Xml;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Reading;

/// <summary>An element as a small tree: its name without a prefix, attributes, own text and children.</summary>
internal sealed class XmlElement(string name)
{
    public string Name => name;

    public Dictionary<string, string> Attributes { get; } = new(StringComparer.OrdinalIgnoreCase);

    public List<XmlElement> Children { get; } = [];

    public string Text { get; set; } = "";

    public string? this[string attribute] => Attributes.GetValueOrDefault(attribute);

    public XmlElement? Child(string child) => Children.Find(c => c.Name == child);

    /// <summary>A child's text without white space around it; null where there is no such child or no text.</summary>
    public string? TextOf(string child) => Child(child)?.Text.Trim() is { Length: > 0 } text ? text : null;

    /// <summary>The elements below by a path of names, in the document's order.</summary>
    public IEnumerable<XmlElement> All(params ReadOnlySpan<string> path)
    {
        IEnumerable<XmlElement> at = [this];
        foreach (var step in path) at = at.SelectMany(e => e.Children.Where(c => c.Name == step));
        return at;
    }
}

/// <summary>Reads XML into a bounded tree. Document type declarations are refused, so nothing expands and nothing is fetched.</summary>
internal static class XmlElements
{
    private const int MostBytes = 32 << 20;
    private const int MostDepth = 64;
    private const int MostElements = 1_000_000;

    /// <summary>How every XML is read.</summary>
    public static XmlReaderSettings Settings => new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true, IgnoreProcessingInstructions = true };

    /// <summary>The root element.</summary>
    /// <exception cref="InvalidDataException">The text is no XML or goes beyond the bounds.</exception>
    public static XmlElement Read(ReadOnlyMemory<byte> bytes) => Read(bytes, Settings);

    /// <summary>As <see cref="Read(ReadOnlyMemory{byte})"/>, for formats whose documents begin with a type declaration, which is passed over: nothing it declares exists.</summary>
    public static XmlElement ReadWithDoctype(ReadOnlyMemory<byte> bytes)
    {
        var settings = Settings;
        settings.DtdProcessing = DtdProcessing.Ignore;
        return Read(bytes, settings);
    }

    private static XmlElement Read(ReadOnlyMemory<byte> bytes, XmlReaderSettings settings)
    {
        if (bytes.Length > MostBytes) throw new InvalidDataException($"larger than {MostBytes} bytes");
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(bytes.ToArray(), writable: false), settings);
            return Read(reader);
        }
        catch (XmlException e)
        {
            throw new InvalidDataException($"not XML: {e.Message}", e);
        }
    }

    public static XmlElement Read(SourceFile file) => Read(file.ReadAll(MostBytes));

    /// <summary>What a reader has left, as a tree.</summary>
    public static XmlElement Read(XmlReader reader)
    {
        var open = new Stack<XmlElement>();
        XmlElement? root = null;
        var elements = 0;
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    if (open.Count >= MostDepth || ++elements > MostElements) throw new InvalidDataException($"XML nested deeper than {MostDepth} or with more than {MostElements} elements");
                    var element = new XmlElement(reader.LocalName);
                    if (open.TryPeek(out var parent)) parent.Children.Add(element);
                    root ??= element;
                    var isEmpty = reader.IsEmptyElement;
                    while (reader.MoveToNextAttribute()) element.Attributes.TryAdd(reader.LocalName, reader.Value);
                    if (!isEmpty) open.Push(element);
                    break;
                case XmlNodeType.EndElement:
                    open.Pop();
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA when open.TryPeek(out var at):
                    at.Text = at.Text.Length == 0 ? reader.Value : at.Text + reader.Value;
                    break;
            }
        }

        return root ?? throw new InvalidDataException("XML without an element");
    }
}
