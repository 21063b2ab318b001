using System.Text;
using System.Text.Json;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Reading;

/// <summary>Reads JSON that package managers wrote, token by token: no document is built, unknown members and values of another type are passed over.</summary>
internal static class JsonText
{
    /// <summary>Deep enough for npm's oldest lock files, where each level of dependencies costs two.</summary>
    private const int MaxDepth = 512;

    public delegate void Reading(ref Utf8JsonReader reader);

    /// <summary>Hands the reader over at the first token. Where the text stops being JSON a note is made, and what was taken before stays.</summary>
    public static void Read(SourceFile file, Reading read)
    {
        var bytes = file.ReadAll().Span;
        if (bytes.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            reader.Read();
            read(ref reader);
            if (reader.Read()) file.Note("more text behind the end of the JSON");
        }
        catch (JsonException e)
        {
            file.Note($"not JSON: {e.Message}");
        }
    }

    /// <summary>As <see cref="Read"/>, for a text whose outermost value must be an object.</summary>
    public static void ReadObject(SourceFile file, Reading read) => Read(file, (ref reader) =>
    {
        if (reader.TokenType is JsonTokenType.StartObject)
        {
            read(ref reader);
            return;
        }

        file.Note("the JSON is no object");
        reader.Skip();
    });

    /// <summary>Goes to the next member of the object that was entered; false at its end.</summary>
    public static bool NextMember(this ref Utf8JsonReader reader) => reader.Read() && reader.TokenType is JsonTokenType.PropertyName;

    /// <summary>Goes to the next item of the array that was entered; false at its end.</summary>
    public static bool NextItem(this ref Utf8JsonReader reader) => reader.Read() && reader.TokenType is not JsonTokenType.EndArray;

    /// <summary>Whether the member has this name.</summary>
    public static bool Is(this ref Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        reader.ValueIsEscaped ? Text(ref reader) == Encoding.UTF8.GetString(name) : reader.ValueTextEquals(name);

    /// <summary>The text of the token: a member's name or a string. What is no Unicode stays as it was written.</summary>
    public static string Text(this ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }

    /// <summary>The member's value where it is a string; anything else is passed over.</summary>
    public static string? TakeText(this ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType is JsonTokenType.String) return reader.Text();
        reader.Skip();
        return null;
    }

    /// <summary>Whether the member's value is <c>true</c>.</summary>
    public static bool TakeTrue(this ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
        return reader.TokenType is JsonTokenType.True;
    }

    /// <summary>Enters the member's value where it is an object; anything else is passed over.</summary>
    public static bool EnterObject(this ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType is JsonTokenType.StartObject) return true;
        reader.Skip();
        return false;
    }

    /// <summary>Enters the member's value where it is an array; anything else is passed over.</summary>
    public static bool EnterArray(this ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType is JsonTokenType.StartArray) return true;
        reader.Skip();
        return false;
    }

    /// <summary>The member's strings: an array's, or the one that stands alone. Those beyond <paramref name="most"/> are passed over.</summary>
    public static List<string> TakeTexts(this ref Utf8JsonReader reader, int most = 64)
    {
        var texts = new List<string>();
        reader.Read();
        if (reader.TokenType is JsonTokenType.String) texts.Add(reader.Text());
        else if (reader.TokenType is JsonTokenType.StartArray)
        {
            while (reader.NextItem())
            {
                if (reader.TokenType is JsonTokenType.String && texts.Count < most) texts.Add(reader.Text());
                else reader.Skip();
            }
        }
        else reader.Skip();

        return texts;
    }

    /// <summary>Passes over the member's value.</summary>
    public static void PassValue(this ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }
}
