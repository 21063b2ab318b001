using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Vidimus.Model.Files;

namespace Vidimus.Sbom;

/// <summary>Writes scanned text as JSON that may be printed: readable where it is harmless, escaped where it is not.</summary>
public static class JsonText
{
    private const int FlushAt = 1 << 16;

    /// <summary>Indented, with <c>\n</c> on every system, so that the same values give the same bytes.</summary>
    public static JsonWriterOptions Options { get; } = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A string member; a null value is written as null.</summary>
    public static void Text(this Utf8JsonWriter writer, string name, string? value)
    {
        writer.WritePropertyName(name);
        writer.Text(value);
    }

    /// <summary>A string member, left out when it has no value.</summary>
    public static void TextIfAny(this Utf8JsonWriter writer, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value)) writer.Text(name, value);
    }

    /// <summary>A string. Directional and invisible signs are escaped, bytes that were not UTF-8 are shown as <see cref="PathText.Display"/> shows them.</summary>
    public static void Text(this Utf8JsonWriter writer, string? value)
    {
        if (value is null) writer.WriteNullValue();
        else if (IsPlain(value)) writer.WriteStringValue(value);
        else if (HasLoneSurrogate(value)) writer.WriteStringValue(PathText.Display(value));
        else if (PathText.Display(value) == value) writer.WriteStringValue(value);
        else writer.WriteStringValue(JsonEncodedText.Encode(value, JavaScriptEncoder.Default));
    }

    /// <summary>An array of objects. What is written goes to the stream as it comes, so that a large report is not held twice.</summary>
    public static void Objects<T>(this Utf8JsonWriter writer, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> members)
    {
        writer.WriteStartArray(name);
        foreach (var item in items)
        {
            writer.WriteStartObject();
            members(writer, item);
            writer.WriteEndObject();
            if (writer.BytesPending > FlushAt) writer.Flush();
        }

        writer.WriteEndArray();
    }

    /// <summary>An array of strings.</summary>
    public static void Texts(this Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values) writer.Text(value);
        writer.WriteEndArray();
    }

    private static bool IsPlain(string value) => !value.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private static bool HasLoneSurrogate(string value)
    {
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar) return true;
        }

        return false;
    }
}
