using System.Buffers;
using System.Data.Common;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Vidimus.Storage.Migrations;

namespace Vidimus.Storage.Backup;

/// <summary>Writes all of a store down as it is at one moment, while others go on writing: gzip over lines of JSON, the same from both engines.</summary>
public static class BackupWriter
{
    /// <summary>Gives the number of rows.</summary>
    /// <exception cref="InvalidOperationException">The store was never served, so that there is no key that its secrets would be sealed under.</exception>
    public static async Task<long> WriteAsync(IDatabase database, Stream output, DateTimeOffset now, CancellationToken cancel)
    {
        await using var session = await database.ReadAsync(cancel);
        var check = await new IdentityStore(session).FindKeyCheckAsync(cancel) ?? throw new InvalidOperationException("the store was never served");

        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var packed = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true);
        var line = new ArrayBufferWriter<byte>(4096);
        async Task EndLineAsync()
        {
            line.Write("\n"u8);
            digest.AppendData(line.WrittenSpan);
            await packed.WriteAsync(line.WrittenMemory, cancel);
            line.ResetWrittenCount();
        }

        line.Write(JsonSerializer.SerializeToUtf8Bytes(new BackupHead(BackupHead.TheFormat, now, [.. Schema.Migrations.Select(m => m.Number)], Convert.ToHexStringLower(check)), BackupJson.Default.BackupHead));
        await EndLineAsync();
        long rows = 0;
        using var writer = new Utf8JsonWriter(line);
        foreach (var table in (await new Catalog(session).TablesAsync(cancel)).Where(t => !t.Name.StartsWith(BookFileStore.Prefix, StringComparison.Ordinal)))
        {
            var highest = table.HasId ? await HighestAsync(session, table.Name, cancel) : null;
            line.Write(JsonSerializer.SerializeToUtf8Bytes(new BackupTable(table.Name, [.. table.Columns.Select(c => c.Name)], highest), BackupJson.Default.BackupTable));
            await EndLineAsync();
            await foreach (var _ in session.StreamAsync($"select {string.Join(", ", table.Columns.Select(c => c.Name))} from {table.Name}", r => Write(writer, r, table), cancel))
            {
                await EndLineAsync();
                rows++;
            }
        }

        line.Write(JsonSerializer.SerializeToUtf8Bytes(new BackupEnd(rows, Convert.ToHexStringLower(digest.GetHashAndReset())), BackupJson.Default.BackupEnd));
        await EndLineAsync();
        return rows;
    }

    private static bool Write(Utf8JsonWriter writer, DbDataReader row, CatalogTable table)
    {
        writer.Reset();
        writer.WriteStartArray();
        for (var i = 0; i < table.Columns.Count; i++)
        {
            if (row.IsDBNull(i))
            {
                writer.WriteNullValue();
            }
            else if (table.Columns[i].IsText)
            {
                writer.WriteStringValue(row.GetString(i));
            }
            else if (table.Columns[i].IsReal)
            {
                writer.WriteNumberValue(row.GetDouble(i));
            }
            else if (table.Columns[i].IsBytes)
            {
                writer.WriteStartArray();
                writer.WriteBase64StringValue(row.Bytes(i));
                writer.WriteEndArray();
            }
            else
            {
                writer.WriteNumberValue(row.Int64(i));
            }
        }

        writer.WriteEndArray();
        writer.Flush();
        return true;
    }

    /// <summary>Each engine keeps the last number given out in its own place.</summary>
    private static async Task<long?> HighestAsync(Session session, string table, CancellationToken cancel)
    {
        var found = session.Engine == Engine.Sqlite
            ? await session.QueryAsync("select seq from sqlite_sequence where name = @table", r => r.Int64(0), cancel, ("table", table))
            : await session.QueryAsync("select last_value from pg_sequences where schemaname = current_schema() and format('%I.%I', schemaname, sequencename) = pg_get_serial_sequence(@table, 'id')", r => r.Int64OrNull(0) ?? 0, cancel, ("table", table));
        return found is [> 0 and var highest] ? highest : null;
    }
}
