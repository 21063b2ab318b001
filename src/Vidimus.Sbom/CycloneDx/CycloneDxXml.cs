using System.Text.Json;
using System.Xml;
using Vidimus.Model.Inventory;
using Vidimus.Sbom.Reading;

namespace Vidimus.Sbom.CycloneDx;

/// <summary>Reads CycloneDX XML by making of each element the JSON that says the same: both forms have one model.</summary>
/// <remarks>Format: ECMA-424's XML schema. Document type declarations are refused, so nothing expands and nothing is fetched.</remarks>
internal static class CycloneDxXml
{
    private const string Namespace = "http://cyclonedx.org/schema/bom/";

    /// <summary>Elements that hold a list: the JSON has an array of the same name.</summary>
    private static readonly HashSet<string> Lists = ["components", "hashes", "licenses", "properties", "occurrences", "tools"];

    public static Inventory Read(Stream input, SbomDraft draft, string name)
    {
        var members = new CycloneDxMembers(draft, name);
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true, IgnoreProcessingInstructions = true, IgnoreWhitespace = true, MaxCharactersInDocument = 1 << 30 };
        try
        {
            using var reader = XmlReader.Create(input, settings);
            reader.MoveToContent();
            if (reader.LocalName is not "bom" || !reader.NamespaceURI.StartsWith(Namespace, StringComparison.Ordinal)) throw new InvalidDataException("the XML is not CycloneDX: its root is no bom of that namespace");
            CycloneDxMembers.CheckVersion(reader.NamespaceURI[Namespace.Length..]);
            Give(members, "bomFormat", w => w.WriteStringValue("CycloneDX"));
            Give(members, "specVersion", w => w.WriteStringValue(reader.NamespaceURI[Namespace.Length..]));
            if (reader.GetAttribute("serialNumber") is { } serial) Give(members, "serialNumber", w => w.WriteStringValue(serial));
            Members(reader, members);
        }
        catch (XmlException e)
        {
            throw new InvalidDataException($"the SBOM is not XML: line {e.LineNumber}, position {e.LinePosition}");
        }

        return members.ToInventory();
    }

    private static void Members(XmlReader reader, CycloneDxMembers members)
    {
        if (reader.IsEmptyElement) return;
        reader.Read();
        while (reader.NodeType is XmlNodeType.Element)
        {
            var member = reader.LocalName;
            if (member is "metadata") Give(members, member, w => Element(w, reader, 1));
            else if (member is "components") Items(reader, item => Give(members, member, item, isItem: true));
            else if (member is "dependencies") Items(reader, _ => Give(members, member, w => Dependency(w, reader), isItem: true));
            else reader.Skip();
        }
    }

    /// <summary>Each child of a list; the reader stands behind the list afterwards.</summary>
    private static void Items(XmlReader reader, Action<Action<Utf8JsonWriter>> take)
    {
        if (reader.IsEmptyElement)
        {
            reader.Read();
            return;
        }

        reader.Read();
        while (reader.NodeType is XmlNodeType.Element) take(w => Element(w, reader, 1));
        reader.ReadEndElement();
    }

    /// <summary><c>dependency ref="…"</c> with the references that it depends on inside.</summary>
    private static void Dependency(Utf8JsonWriter writer, XmlReader reader)
    {
        writer.WriteStartObject();
        writer.WriteString("ref", reader.GetAttribute("ref"));
        writer.WriteStartArray("dependsOn");
        var depth = reader.Depth;
        var isEmpty = reader.IsEmptyElement;
        reader.Read();
        while (!isEmpty && reader.Depth > depth && !reader.EOF)
        {
            if (reader.NodeType is XmlNodeType.Element && reader.GetAttribute("ref") is { } needed) writer.WriteStringValue(needed);
            reader.Read();
        }

        if (!isEmpty) reader.ReadEndElement();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>An element as JSON has it: attributes and children are members, a list is an array, an element of text alone is a string.</summary>
    private static void Element(Utf8JsonWriter writer, XmlReader reader, int depth)
    {
        if (depth > JsonMembers.Depth / 2) throw new InvalidDataException($"the SBOM is nested deeper than {JsonMembers.Depth / 2} levels");
        var name = reader.LocalName;
        var isEmpty = reader.IsEmptyElement;
        if (Lists.Contains(name) || reader.HasAttributes)
        {
            WithAttributesOrItems(writer, reader, name, isEmpty, depth);
            return;
        }

        reader.Read();
        if (isEmpty)
        {
            writer.WriteStringValue("");
            return;
        }

        if (reader.NodeType is XmlNodeType.Element)
        {
            writer.WriteStartObject();
            Children(writer, reader, depth);
            writer.WriteEndObject();
        }
        else writer.WriteStringValue(Text(reader));

        reader.ReadEndElement();
    }

    private static void WithAttributesOrItems(Utf8JsonWriter writer, XmlReader reader, string name, bool isEmpty, int depth)
    {
        if (Lists.Contains(name))
        {
            writer.WriteStartArray();
            reader.Read();
            while (!isEmpty && reader.NodeType is XmlNodeType.Element) Item(writer, reader, name, depth);
            if (!isEmpty) reader.ReadEndElement();
            writer.WriteEndArray();
            return;
        }

        writer.WriteStartObject();
        while (reader.MoveToNextAttribute())
        {
            if (reader.Prefix.Length == 0 && reader.LocalName is not "xmlns") writer.WriteString(reader.LocalName is "alg" ? "alg" : reader.LocalName, reader.Value);
        }

        reader.Read();
        if (!isEmpty)
        {
            if (reader.NodeType is XmlNodeType.Element) Children(writer, reader, depth);
            else writer.WriteString(name is "property" ? "value" : "content", Text(reader));
            reader.ReadEndElement();
        }

        writer.WriteEndObject();
    }

    /// <summary>An item; in a list of licences the JSON wraps each in a member of its own name.</summary>
    private static void Item(Utf8JsonWriter writer, XmlReader reader, string list, int depth)
    {
        if (list is not "licenses")
        {
            Element(writer, reader, depth + 1);
            return;
        }

        writer.WriteStartObject();
        writer.WritePropertyName(reader.LocalName);
        if (reader.LocalName is "expression") writer.WriteStringValue(reader.ReadElementContentAsString());
        else Element(writer, reader, depth + 1);
        writer.WriteEndObject();
    }

    private static void Children(Utf8JsonWriter writer, XmlReader reader, int depth)
    {
        while (reader.NodeType is XmlNodeType.Element)
        {
            writer.WritePropertyName(reader.LocalName);
            Element(writer, reader, depth + 1);
        }
    }

    /// <summary>The text up to the element's end; elements within it are left out.</summary>
    private static string Text(XmlReader reader)
    {
        var text = "";
        while (reader.NodeType is not (XmlNodeType.EndElement or XmlNodeType.None))
        {
            if (reader.NodeType is XmlNodeType.Element)
            {
                reader.Skip();
                continue;
            }

            text = text.Length == 0 ? reader.Value : text + reader.Value;
            reader.Read();
        }

        return text;
    }

    private static void Give(CycloneDxMembers members, string member, Action<Utf8JsonWriter> write, bool isItem = false)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new() { SkipValidation = true })) write(writer);
        try
        {
            using var document = JsonDocument.Parse(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), new() { MaxDepth = JsonMembers.Depth * 2 });
            members.Take(member, document.RootElement, isItem);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("the SBOM's XML says nothing that JSON could say", e);
        }
    }
}
