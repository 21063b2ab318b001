using System.Text.Json;

namespace Vidimus.Sbom.Reading;

/// <summary>How a member of the outermost object is taken.</summary>
internal enum MemberKind : byte
{
    Skip,

    /// <summary>Its value as one.</summary>
    Value,

    /// <summary>An array's items one by one; what is no array is taken as one value.</summary>
    Items,
}

/// <summary>Takes the members of a document in the order in which they come.</summary>
internal interface IMemberTaker
{
    MemberKind Wants(string member);

    /// <param name="value">Valid during the call only.</param>
    /// <param name="isItem">Whether it is an item of the member's array.</param>
    void Take(string member, JsonElement value, bool isItem);
}

/// <summary>Passes through a JSON object that is too large to hold: one value, or one item of an array, is in memory at a time.</summary>
internal sealed class JsonMembers(Stream input)
{
    /// <summary>The deepest nesting that is read.</summary>
    public const int Depth = 256;

    private const int MostBytes = 1 << 30;
    private const int MostValue = 128 << 20;

    private JsonReaderState state = new(new() { MaxDepth = Depth });
    private byte[] buffer = new byte[128 << 10];
    private long read;
    private int start;
    private int end;
    private bool isLast;

    /// <exception cref="InvalidDataException">It is no JSON object, or goes beyond the bounds; the message is one sentence.</exception>
    public void Read(IMemberTaker taker)
    {
        try
        {
            if (Next(out _) is not JsonTokenType.StartObject) throw new InvalidDataException("the SBOM is no JSON object");
            while (Next(out var name) is JsonTokenType.PropertyName) Member(taker, name!);
            Finish();
        }
        catch (JsonException) when (IsTooDeep())
        {
            throw new InvalidDataException($"the SBOM is nested deeper than {Depth} levels");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"the SBOM is not JSON: line {(e.LineNumber ?? 0) + 1}, byte {(e.BytePositionInLine ?? 0) + 1}");
        }
        catch (InvalidOperationException)
        {
            // Member names are compared unescaped, and an escaped half of a surrogate pair has no such form.
            throw new InvalidDataException("the SBOM has a member name that is no Unicode text");
        }
    }

    private void Member(IMemberTaker taker, string name)
    {
        switch (taker.Wants(name))
        {
            case MemberKind.Skip:
                Skip();
                break;
            case MemberKind.Items when IsArray():
                while (TryValue(out var item))
                {
                    using (item) taker.Take(name, item.RootElement, isItem: true);
                }

                break;
            default:
                if (TryValue(out var value))
                {
                    using (value) taker.Take(name, value.RootElement, isItem: false);
                }

                break;
        }
    }

    /// <summary>Goes to the next token.</summary>
    private JsonTokenType Next(out string? name)
    {
        while (true)
        {
            var reader = Reader();
            if (reader.Read())
            {
                name = reader.TokenType is JsonTokenType.PropertyName ? reader.GetString() : null;
                Advance(ref reader);
                return reader.TokenType;
            }

            Fill();
        }
    }

    /// <summary>Enters an array; false, and nothing is passed, where the next value is none.</summary>
    private bool IsArray()
    {
        while (true)
        {
            var reader = Reader();
            if (reader.Read())
            {
                if (reader.TokenType is not JsonTokenType.StartArray) return false;
                Advance(ref reader);
                return true;
            }

            Fill();
        }
    }

    /// <summary>The next value; false at the end of the array or object that was entered.</summary>
    private bool TryValue([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out JsonDocument? value)
    {
        while (true)
        {
            var reader = Reader();
            if (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject)
                {
                    Advance(ref reader);
                    value = null;
                    return false;
                }

                if (JsonDocument.TryParseValue(ref reader, out value))
                {
                    Advance(ref reader);
                    return true;
                }
            }

            Fill();
        }
    }

    private void Skip()
    {
        var depth = 0;
        while (true)
        {
            var reader = Reader();
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) depth++;
                else if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray) depth--;
                if (depth > 0 || reader.TokenType is JsonTokenType.PropertyName) continue;
                Advance(ref reader);
                return;
            }

            Advance(ref reader);
            Fill();
        }
    }

    /// <summary>Only white space may follow.</summary>
    private void Finish()
    {
        while (true)
        {
            var reader = Reader();
            reader.Read();
            Advance(ref reader);
            if (isLast) return;
            Fill();
        }
    }

    private Utf8JsonReader Reader() => new(buffer.AsSpan(start, end - start), isLast, state);

    private void Advance(ref Utf8JsonReader reader)
    {
        start += (int)reader.BytesConsumed;
        state = reader.CurrentState;
    }

    private void Fill()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            end -= start;
            start = 0;
        }

        if (end == buffer.Length)
        {
            if (buffer.Length >= MostValue) throw new InvalidDataException($"the SBOM has a value larger than {MostValue >> 20} MiB");
            Array.Resize(ref buffer, buffer.Length * 2);
        }

        var count = input.Read(buffer, end, buffer.Length - end);
        if ((read += count) > MostBytes) throw new InvalidDataException($"the SBOM is larger than {MostBytes >> 20} MiB");
        isLast = count == 0;
        end += count;
    }

    /// <summary>Whether it is the depth that stops the reader, whose exception tells that by its message alone.</summary>
    private bool IsTooDeep()
    {
        var depth = new Utf8JsonReader(ReadOnlySpan<byte>.Empty, isFinalBlock: false, state).CurrentDepth;
        var inString = false;
        for (var i = start; i < end; i++)
        {
            var c = buffer[i];
            if (inString)
            {
                if (c == '\\') i++;
                else if (c == '"') inString = false;
            }
            else if (c == '"') inString = true;
            else if (c is (byte)'[' or (byte)'{' && ++depth > Depth) return true;
            else if (c is (byte)']' or (byte)'}') depth--;
        }

        return false;
    }
}
