using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Vidimus.Storage;

/// <summary>How columns are read: time is a count of milliseconds UTC in both engines.</summary>
internal static class Reading
{
    /// <summary>From a column of any width: PostgreSQL's driver widens and narrows none. SQLite has one width, and asking it for a column's type costs more than the number.</summary>
    public static long Int64(this DbDataReader reader, int column)
    {
        if (reader is SqliteDataReader) return reader.GetInt64(column);
        var type = reader.GetFieldType(column);
        return type == typeof(int) ? reader.GetInt32(column) : type == typeof(short) ? reader.GetInt16(column) : reader.GetInt64(column);
    }

    public static int Int32(this DbDataReader reader, int column) => checked((int)reader.Int64(column));

    public static long? Int64OrNull(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.Int64(column);

    public static double? DoubleOrNull(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetDouble(column);

    public static string? StringOrNull(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public static byte[] Bytes(this DbDataReader reader, int column) => reader.GetFieldValue<byte[]>(column);

    public static DateTimeOffset Time(this DbDataReader reader, int column) => DateTimeOffset.FromUnixTimeMilliseconds(reader.Int64(column));

    public static DateTimeOffset? TimeOrNull(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.Time(column);

    public static long Milliseconds(this DateTimeOffset time) => time.ToUnixTimeMilliseconds();
}
