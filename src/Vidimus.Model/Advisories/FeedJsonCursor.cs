using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Vidimus.Model.Advisories;

/// <summary>Walks the members or items of one large JSON document, so that a reader hands out each record before it reads the next.</summary>
/// <remarks>A record of the wrong shape is left out and the walk goes on behind it. Broken syntax ends the walk: nothing behind it has a known place.</remarks>
public sealed class FeedJsonCursor(ReadOnlyMemory<byte> body)
{
    /// <summary>Reads the value that the reader stands on.</summary>
    /// <param name="name">The member's name, or the place in the list.</param>
    /// <param name="reader">It need not be left at the value's end.</param>
    public delegate T Record<out T>(string name, ref Utf8JsonReader reader);

    private readonly ReadOnlyMemory<byte> body = FeedJson.WithoutMark(body);
    private JsonReaderState state;
    private int position;
    private int number;

    /// <summary>All records of the document's root, or of the list or object that its member <paramref name="root"/> holds.</summary>
    public IEnumerable<T> Records<T>(string? root, Record<T> read, FeedSnapshot snapshot, string file)
        where T : class
    {
        if (!Enter(root, snapshot, file)) yield break;
        while (Next(read, snapshot, file, out var value))
        {
            if (value is not null) yield return value;
        }
    }

    private bool Enter(string? root, FeedSnapshot snapshot, string file)
    {
        var reader = Open();
        try
        {
            if (!reader.Read() || reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray)) throw new JsonException("the document is neither a JSON object nor a list");
            if (root is not null) EnterMember(ref reader, root);
        }
        catch (Exception e) when (FeedJson.IsBadRecord(e))
        {
            snapshot.Reject(file, e.Message);
            return false;
        }

        Close(ref reader);
        return true;
    }

    private bool Next<T>(Record<T> read, FeedSnapshot snapshot, string file, out T? value)
        where T : class
    {
        value = null;
        var reader = Open();
        var name = number++.ToString(CultureInfo.InvariantCulture);
        Utf8JsonReader behind;
        try
        {
            if (!reader.Read()) throw new JsonException("the document ends early");
            if (reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject) return false;
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                name = Name(ref reader);
                if (!reader.Read()) throw new JsonException("the document ends early");
            }

            // Passing over the record first tells broken syntax, which ends the walk, from a wrong shape, which does not.
            behind = reader;
            behind.Skip();
        }
        catch (JsonException e)
        {
            snapshot.Reject($"{file}: {name} and all behind it", e.Message);
            return false;
        }

        try
        {
            value = read(name, ref reader);
        }
        catch (Exception e) when (FeedJson.IsBadRecord(e))
        {
            snapshot.Reject($"{file}: {name}", e.Message);
        }

        Close(ref behind);
        return true;
    }

    private static void EnterMember(ref Utf8JsonReader reader, string member)
    {
        FeedJson.Expect(ref reader, JsonTokenType.StartObject, "the document");
        while (FeedJson.NextMember(ref reader, out var name))
        {
            if (!name.ValueTextEquals(member))
            {
                reader.Skip();
                continue;
            }

            if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray)) throw new JsonException($"{member} is neither an object nor a list");
            return;
        }

        throw new JsonException($"the document has no {member}");
    }

    private static string Name(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Encoding.Latin1.GetString(reader.ValueSpan); // Not UTF-8: its bytes, one sign each, still name it.
        }
    }

    private Utf8JsonReader Open() => new(body.Span[position..], isFinalBlock: true, state);

    private void Close(ref Utf8JsonReader reader)
    {
        position += (int)reader.BytesConsumed;
        state = reader.CurrentState;
    }
}
