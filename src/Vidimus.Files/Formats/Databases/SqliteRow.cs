using System.Buffers.Binary;
using System.Text;

namespace Vidimus.Files.Formats.Databases;

/// <summary>A row of a SQLite table.</summary>
/// <param name="Id">The row id. A column declared INTEGER PRIMARY KEY is this number and null among the values.</param>
/// <param name="Values">By column; fewer than the table has columns where some were added after the row.
/// A value is null, a <see cref="long"/>, a <see cref="double"/>, a <see cref="string"/> or a <see cref="ReadOnlyMemory{T}"/> of bytes.</param>
public sealed record SqliteRow(long Id, IReadOnlyList<object?> Values)
{
    /// <summary>More columns than SQLite can be built for.</summary>
    private const int MostColumns = 32767;

    /// <summary>The text of a column; null where it holds none.</summary>
    public string? Text(int column) => column < Values.Count ? Values[column] as string : null;

    /// <summary>The whole number of a column; null where it holds none.</summary>
    public long? Integer(int column) => column < Values.Count ? Values[column] as long? : null;

    /// <summary>The bytes of a column; empty where it holds none.</summary>
    public ReadOnlyMemory<byte> Blob(int column) => column < Values.Count && Values[column] is ReadOnlyMemory<byte> bytes ? bytes : default;

    /// <summary>Reads a record: the types of all columns, then their values.</summary>
    internal static SqliteRow Decode(long id, ReadOnlyMemory<byte> record, Encoding encoding)
    {
        var all = record.Span;
        var rest = all;
        var headerLength = SqliteFile.Varint(ref rest);
        var begin = all.Length - rest.Length;
        if (headerLength > (ulong)all.Length || headerLength < (ulong)begin) throw new InvalidDataException($"The header of row {id} is longer than the row.");

        var types = all[begin..(int)headerLength];
        var position = (int)headerLength;
        var values = new List<object?>();
        while (!types.IsEmpty)
        {
            if (values.Count == MostColumns) throw new InvalidDataException($"Row {id} has more columns than a table can have.");
            var type = SqliteFile.Varint(ref types);
            var length = Length(type);
            if (length > (ulong)(all.Length - position)) throw new InvalidDataException($"A value of row {id} is longer than the row.");

            values.Add(Value(type, record.Slice(position, (int)length), encoding));
            position += (int)length;
        }

        return new(id, values);
    }

    /// <summary>The bytes of a value by its serial type.</summary>
    private static ulong Length(ulong type) => type switch
    {
        <= 4 => type,
        5 => 6,
        6 or 7 => 8,
        8 or 9 => 0,
        >= 12 => (type - 12) / 2,
        _ => throw new InvalidDataException($"The serial type {type} is reserved."),
    };

    private static object? Value(ulong type, ReadOnlyMemory<byte> bytes, Encoding encoding)
    {
        switch (type)
        {
            case 0: return null;
            case 7: return BinaryPrimitives.ReadDoubleBigEndian(bytes.Span);
            case 8: return 0L;
            case 9: return 1L;
            case >= 12 when type % 2 == 0: return bytes;
            case >= 12: return encoding.GetString(bytes.Span);
        }

        var number = (long)(sbyte)bytes.Span[0];
        foreach (var b in bytes.Span[1..]) number = (number << 8) | b;
        return number;
    }
}
