using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Vidimus.Storage.Migrations;

namespace Vidimus.Storage.Backup;

/// <summary>Brings a backup into an empty store of either engine. All of it, or nothing.</summary>
public static class BackupReader
{
    private const int Batch = 2000;
    private const int LongestLine = 256 << 20;

    /// <summary>The head alone, to judge a backup by.</summary>
    /// <exception cref="InvalidDataException">It is no backup.</exception>
    public static async Task<BackupHead> HeadAsync(Stream input, CancellationToken cancel)
    {
        await using var unpacked = new GZipStream(input, CompressionMode.Decompress, leaveOpen: true);
        using var lines = new Lines(unpacked);
        return Head(await lines.NextAsync(cancel));
    }

    /// <summary>Gives the number of rows.</summary>
    /// <exception cref="InvalidDataException">The backup is torn, damaged or of a version that is not known here; the store is as it was.</exception>
    /// <exception cref="InvalidOperationException">The store is not empty.</exception>
    public static async Task<long> ReadAsync(IDatabase database, Stream input, TimeProvider time, CancellationToken cancel)
    {
        await using var unpacked = new GZipStream(input, CompressionMode.Decompress, leaveOpen: true);
        using var lines = new Lines(unpacked);
        var head = Head(await lines.NextAsync(cancel));
        var migrations = Schema.Migrations.Where(m => head.Migrations.Contains(m.Number)).ToArray();
        if (migrations.Length != head.Migrations.Count) throw new InvalidDataException("the backup is of a version that this one does not know");

        // First the tables as they were, then their rows, then what later versions changed in both.
        await Migrator.MigrateAsync(database, migrations, time, cancel);
        long rows;
        await using (var session = await database.WriteAsync(cancel))
        {
            if ((await session.QueryAsync("select (select count(*) from account) + (select count(*) from setting)", r => r.Int64(0), cancel))[0] > 0) throw new InvalidOperationException("the store is not empty; restore into a new one");
            rows = await RowsAsync(session, lines, cancel);
            await session.CommitAsync(cancel);
        }

        await Migrator.MigrateAsync(database, time, cancel);
        return rows;
    }

    private static async Task<long> RowsAsync(Session session, Lines lines, CancellationToken cancel)
    {
        var tables = (await new Catalog(session).TablesAsync(cancel)).ToDictionary(t => t.Name, StringComparer.Ordinal);
        CatalogTable? table = null;
        CatalogColumn[] columns = [];
        var batch = new List<JsonElement>(Batch);
        long rows = 0;
        while (true)
        {
            var before = lines.Digest;
            var line = await lines.NextAsync(cancel);
            if (line.ValueKind is JsonValueKind.Array)
            {
                if (table is null || line.GetArrayLength() != columns.Length) throw new InvalidDataException("the backup is damaged: a row that is of no table");
                batch.Add(line);
                rows++;
                if (batch.Count < Batch) continue;
            }

            await InsertAsync(session, table, columns, batch, cancel);
            batch.Clear();
            if (line.ValueKind is JsonValueKind.Array) continue;
            if (line.TryGetProperty("sha256", out _))
            {
                var end = Parse(line, BackupJson.Default.BackupEnd);
                return end.Rows == rows && end.Sha256 == Convert.ToHexStringLower(before) && await lines.IsAtEndAsync(cancel) ? rows : throw new InvalidDataException("the backup is damaged: it does not hold what its end says");
            }

            var next = Parse(line, BackupJson.Default.BackupTable);
            table = tables.GetValueOrDefault(next.Table) ?? throw new InvalidDataException("the backup is damaged: it has a table that its version does not");
            columns = [.. next.Columns.Select(name => table.Columns.FirstOrDefault(c => c.Name == name) ?? throw new InvalidDataException("the backup is damaged: it has a column that its version does not"))];
            if (next.Highest is > 0 and var highest) await SetHighestAsync(session, table.Name, highest, cancel);
        }
    }

    private static async Task InsertAsync(Session session, CatalogTable? table, CatalogColumn[] columns, List<JsonElement> batch, CancellationToken cancel)
    {
        if (table is null || batch.Count == 0) return;
        try
        {
            var rows = Rows.Of(batch);
            for (var i = 0; i < columns.Length; i++)
            {
                var at = i;
                if (columns[i].IsText) rows.Add(columns[i].Name, r => r[at].GetString());
                else if (columns[i].IsReal) rows.Add(columns[i].Name, r => r[at].ValueKind is JsonValueKind.Null ? null : (double?)r[at].GetDouble());
                else if (columns[i].IsBytes) rows.Add(columns[i].Name, r => r[at].ValueKind is JsonValueKind.Null ? null : r[at][0].GetBytesFromBase64());
                else rows.Add(columns[i].Name, r => r[at].ValueKind is JsonValueKind.Null ? null : (long?)r[at].GetInt64());
            }

            var names = string.Join(", ", columns.Select(c => c.Name));
            await session.ExecuteAsync($"insert into {table.Name} ({names}) select {names} from @rows as given", rows, cancel);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            throw new InvalidDataException("the backup is damaged: a value of another kind than its column", e);
        }
    }

    /// <summary>Each engine keeps the last number given out in its own place.</summary>
    private static async Task SetHighestAsync(Session session, string table, long highest, CancellationToken cancel)
    {
        if (session.Engine == Engine.Sqlite)
        {
            await session.ExecuteAsync("delete from sqlite_sequence where name = @table", cancel, ("table", table));
            await session.ExecuteAsync("insert into sqlite_sequence (name, seq) values (@table, @highest)", cancel, ("table", table), ("highest", highest));
        }
        else
        {
            await session.QueryAsync("select setval(pg_get_serial_sequence(@table, 'id')::regclass, @highest)", r => r.FieldCount, cancel, ("table", table), ("highest", highest));
        }
    }

    private static BackupHead Head(JsonElement line)
    {
        var head = Parse(line, BackupJson.Default.BackupHead);
        return head.Format == BackupHead.TheFormat ? head : throw new InvalidDataException("it is no backup of Vidimus");
    }

    private static T Parse<T>(JsonElement line, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        try
        {
            return line.Deserialize(type) ?? throw new InvalidDataException("the backup is damaged: an empty line");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("it is no backup of Vidimus, or damaged", e);
        }
    }

    /// <summary>Lines of JSON and the digest of what was read.</summary>
    private sealed class Lines(Stream stream) : IDisposable
    {
        private readonly IncrementalHash digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private byte[] buffer = new byte[64 << 10];
        private int start;
        private int end;
        private long number;

        /// <summary>Of all lines up to now.</summary>
        public byte[] Digest => digest.GetCurrentHash();

        /// <exception cref="InvalidDataException">There is no further one, or it can't be.</exception>
        public async Task<JsonElement> NextAsync(CancellationToken cancel)
        {
            var searched = start;
            while (true)
            {
                var newline = buffer.AsSpan(searched, end - searched).IndexOf((byte)'\n');
                if (newline >= 0) return Take(searched + newline + 1);
                searched = end;
                if (start > 0 && end == buffer.Length)
                {
                    buffer.AsSpan(start, end - start).CopyTo(buffer);
                    (searched, end, start) = (searched - start, end - start, 0);
                }

                if (end == buffer.Length) Array.Resize(ref buffer, buffer.Length < LongestLine ? buffer.Length * 2 : throw new InvalidDataException("the backup is damaged: a line without an end"));
                var read = await stream.ReadAsync(buffer.AsMemory(end), cancel);
                if (read == 0) throw new InvalidDataException(number == 0 ? "it is no backup of Vidimus" : "the backup is torn: its end is missing");
                end += read;
            }
        }

        public async Task<bool> IsAtEndAsync(CancellationToken cancel) => start == end && await stream.ReadAsync(buffer.AsMemory(0, 1), cancel) == 0;

        public void Dispose() => digest.Dispose();

        private JsonElement Take(int next)
        {
            var line = buffer.AsSpan(start, next - start);
            digest.AppendData(line);
            number++;
            start = next;
            try
            {
                var reader = new Utf8JsonReader(line, new() { MaxDepth = 4 });
                return JsonElement.ParseValue(ref reader);
            }
            catch (JsonException e)
            {
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"the backup is damaged in line {number}"), e);
            }
        }
    }
}
