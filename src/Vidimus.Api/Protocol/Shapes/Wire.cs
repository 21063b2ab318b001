using System.Globalization;
using System.Text.Json;

namespace Vidimus.Api.Protocol;

/// <summary>Reads one value; the reader stands on its first token and ends on its last.</summary>
internal delegate T ReadValue<out T>(ref Utf8JsonReader reader);

/// <summary>The forms of values in the JSON of AWS's protocols (rest-json and json-1.1).</summary>
internal static class Wire
{
    private const decimal EarliestSecond = -62135596800;
    private const decimal LatestSecond = 253402300799;

    public static void StartObject(ref Utf8JsonReader reader) => Expect(ref reader, JsonTokenType.StartObject, "an object");

    /// <summary>Moves to the next member's name; false at the object's end.</summary>
    public static bool NextMember(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType is JsonTokenType.PropertyName;
    }

    /// <summary>Moves from a member's name to its value; false when that is <c>null</c>.</summary>
    public static bool HasValue(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType is not JsonTokenType.Null;
    }

    public static JsonException Missing(string member) => new($"the member {member} is missing");

    public static string ReadString(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.String, "a string");
        return reader.GetString()!;
    }

    public static bool ReadBoolean(ref Utf8JsonReader reader) =>
        reader.TokenType is JsonTokenType.True or JsonTokenType.False ? reader.GetBoolean() : throw Expected("true or false", reader.TokenType);

    public static int ReadInt32(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.Number, "an integer");
        return reader.TryGetInt32(out var value) ? value : throw new JsonException("an integer of 32 bits was expected");
    }

    public static long ReadInt64(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.Number, "an integer");
        return reader.TryGetInt64(out var value) ? value : throw new JsonException("an integer of 64 bits was expected");
    }

    /// <summary>A number, or one of the three that JSON lacks as a string.</summary>
    public static double ReadDouble(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is JsonTokenType.String)
        {
            return reader.GetString() switch
            {
                "NaN" => double.NaN,
                "Infinity" => double.PositiveInfinity,
                "-Infinity" => double.NegativeInfinity,
                _ => throw Expected("a number", reader.TokenType),
            };
        }

        Expect(ref reader, JsonTokenType.Number, "a number");
        return reader.TryGetDouble(out var value) && double.IsFinite(value) ? value : throw new JsonException("a number of 64 bits was expected");
    }

    public static DateTimeOffset ReadEpochSeconds(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.Number, "a time in seconds since 1970");
        if (!reader.TryGetDecimal(out var seconds) || seconds is < EarliestSecond or > LatestSecond) throw new JsonException("a time between the years 1 and 9999 was expected");
        return DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond));
    }

    public static DateTimeOffset ReadIso8601(ref Utf8JsonReader reader)
    {
        var text = ReadString(ref reader);
        return DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw new JsonException("a time as 2024-01-31T12:00:00Z was expected");
    }

    public static byte[] ReadBlob(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.String, "a string of base64");
        return reader.TryGetBytesFromBase64(out var bytes) ? bytes : throw new JsonException("a string of base64 was expected");
    }

    /// <summary>A value whose form the model leaves open.</summary>
    public static JsonElement ReadDocument(ref Utf8JsonReader reader) => JsonElement.ParseValue(ref reader);

    public static List<T> ReadList<T>(ref Utf8JsonReader reader, ReadValue<T> read)
    {
        Expect(ref reader, JsonTokenType.StartArray, "a list");
        var list = new List<T>();
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray) list.Add(read(ref reader));
        return list;
    }

    public static Dictionary<string, T> ReadMap<T>(ref Utf8JsonReader reader, ReadValue<T> read)
    {
        StartObject(ref reader);
        var map = new Dictionary<string, T>(StringComparer.Ordinal);
        while (NextMember(ref reader))
        {
            var key = reader.GetString()!;
            if (HasValue(ref reader)) map[key] = read(ref reader);
        }

        return map;
    }

    public static void WriteString(Utf8JsonWriter writer, string value) => writer.WriteStringValue(value);

    public static void WriteBoolean(Utf8JsonWriter writer, bool value) => writer.WriteBooleanValue(value);

    public static void WriteInt32(Utf8JsonWriter writer, int value) => writer.WriteNumberValue(value);

    public static void WriteInt64(Utf8JsonWriter writer, long value) => writer.WriteNumberValue(value);

    public static void WriteDouble(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value)) writer.WriteNumberValue(value);
        else writer.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Whole seconds without a fraction, else with milliseconds: a string instead of the number breaks the JavaScript SDK.</summary>
    public static void WriteEpochSeconds(Utf8JsonWriter writer, DateTimeOffset value)
    {
        var milliseconds = value.ToUnixTimeMilliseconds();
        if (milliseconds % 1000 == 0) writer.WriteNumberValue(milliseconds / 1000);
        else writer.WriteNumberValue(milliseconds / 1000m);
    }

    public static void WriteIso8601(Utf8JsonWriter writer, DateTimeOffset value) =>
        writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture));

    public static void WriteBlob(Utf8JsonWriter writer, byte[] value) => writer.WriteBase64StringValue(value);

    public static void WriteDocument(Utf8JsonWriter writer, JsonElement value) => value.WriteTo(writer);

    public static void WriteList<T>(Utf8JsonWriter writer, IReadOnlyList<T> list, Action<Utf8JsonWriter, T> write)
    {
        writer.WriteStartArray();
        foreach (var item in list) write(writer, item);
        writer.WriteEndArray();
    }

    public static void WriteMap<T>(Utf8JsonWriter writer, IReadOnlyDictionary<string, T> map, Action<Utf8JsonWriter, T> write)
    {
        writer.WriteStartObject();
        foreach (var (key, value) in map)
        {
            writer.WritePropertyName(key);
            write(writer, value);
        }

        writer.WriteEndObject();
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType wanted, string name)
    {
        if (reader.TokenType != wanted) throw Expected(name, reader.TokenType);
    }

    private static JsonException Expected(string name, JsonTokenType found) => new($"{name} was expected, not {Display(found)}");

    private static string Display(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a truth value",
        _ => "null",
    };
}
