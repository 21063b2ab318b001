using System.Text.Json;

namespace Vidimus.Model.Advisories;

/// <summary>What the readers of JSON feeds share: every value may be of the wrong kind, and null is the same as absent.</summary>
/// <remarks>A wrong kind or bad UTF-8 is a <see cref="JsonException"/> or <see cref="InvalidOperationException"/>, which <see cref="IsBadRecord"/> names.</remarks>
public static class FeedJson
{
    /// <summary>Skips the byte order mark that some publishers write.</summary>
    public static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> body) => body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body;

    /// <summary>Whether an exception tells of a record that can't be read, and not of an error of ours.</summary>
    public static bool IsBadRecord(Exception exception) => exception is JsonException or InvalidOperationException or FormatException or InvalidDataException;

    /// <summary>The first value of a document, which must be an object.</summary>
    public static void ReadStartObject(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new JsonException("the document is not a JSON object");
    }

    /// <summary>Goes to the value of an object's next member, whose name is then in <paramref name="name"/>; false at its end. A null value is passed over.</summary>
    /// <remarks>The reader stands on the object's start, or on the end of the member before.</remarks>
    public static bool NextMember(ref Utf8JsonReader reader, out Utf8JsonReader name)
    {
        while (true)
        {
            if (!reader.Read()) throw new JsonException("the document ends within an object");
            name = reader;
            if (reader.TokenType != JsonTokenType.PropertyName) return false;
            if (!reader.Read()) throw new JsonException("the document ends after a member's name");
            if (reader.TokenType != JsonTokenType.Null) return true;
        }
    }

    /// <summary>Goes to an array's next value; false at its end. Nulls are passed over.</summary>
    public static bool NextItem(ref Utf8JsonReader reader)
    {
        do
        {
            if (!reader.Read()) throw new JsonException("the document ends within an array");
        }
        while (reader.TokenType == JsonTokenType.Null);

        return reader.TokenType != JsonTokenType.EndArray;
    }

    /// <summary>Fails with the member's name when the value that the reader stands on is not of a kind.</summary>
    public static void Expect(ref Utf8JsonReader reader, JsonTokenType kind, string what)
    {
        if (reader.TokenType != kind) throw new JsonException($"{what} is {Kind(reader.TokenType)}, not {Kind(kind)}");
    }

    /// <summary>A text.</summary>
    public static string Text(ref Utf8JsonReader reader, string what)
    {
        Expect(ref reader, JsonTokenType.String, what);
        return reader.GetString()!;
    }

    /// <summary>An array of texts.</summary>
    public static IReadOnlyList<string> Texts(ref Utf8JsonReader reader, string what)
    {
        Expect(ref reader, JsonTokenType.StartArray, what);
        List<string>? texts = null;
        while (NextItem(ref reader)) (texts ??= []).Add(Text(ref reader, what));
        return texts ?? (IReadOnlyList<string>)[];
    }

    /// <summary>A time; what is no time we can hold counts as absent, since no match depends on it.</summary>
    public static DateTimeOffset? Time(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var time) && time.Year > 1 ? time.ToUniversalTime() : null;

    private static string Kind(JsonTokenType kind) => kind switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.String => "a text",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "true or false",
        _ => "nothing",
    };
}
