using System.Data;
using System.Data.Common;
using Npgsql;
using NpgsqlTypes;

namespace Vidimus.Storage;

/// <summary>The store for many nodes: PostgreSQL 15 or later.</summary>
public sealed class PostgresDatabase : IDatabase
{
    private readonly NpgsqlDataSource source;

    /// <param name="connectionString">Npgsql's.</param>
    public PostgresDatabase(string connectionString)
    {
        var builder = new NpgsqlSlimDataSourceBuilder(connectionString);
        builder.EnableArrays();
        builder.EnableTransportSecurity();
        source = builder.Build();
    }

    public Engine Engine => Engine.Postgres;

    public Task<Session> ReadAsync(CancellationToken cancel) => BeginAsync(IsolationLevel.RepeatableRead, cancel);

    public Task<Session> WriteAsync(CancellationToken cancel) => BeginAsync(IsolationLevel.ReadCommitted, cancel);

    public async Task<bool> WaitAsync(string channel, TimeSpan time, CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var listen = new NpgsqlCommand($"listen \"{channel}\"", connection);
        await listen.ExecuteNonQueryAsync(cancel);
        return await connection.WaitAsync(time, cancel);
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    private async Task<Session> BeginAsync(IsolationLevel isolation, CancellationToken cancel)
    {
        var connection = await source.OpenConnectionAsync(cancel);
        try
        {
            return new PostgresSession(connection, await connection.BeginTransactionAsync(isolation, cancel));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private sealed class PostgresSession(NpgsqlConnection connection, NpgsqlTransaction transaction) : Session(connection, transaction)
    {
        private const int LargeSet = 1000;
        private const int WideSet = 8;
        private readonly Dictionary<string, (string Table, Rows Rows)> copied = [];

        public override Engine Engine => Engine.Postgres;

        public override string ForUpdate => "for update";

        public override string SkipLocked => "for update skip locked";

        public override Task LockAsync(string name, CancellationToken cancel) => ExecuteAsync("select pg_advisory_xact_lock(hashtextextended(@name, 0))", cancel, ("name", name));

        public override Task NotifyAsync(string channel, CancellationToken cancel) => ExecuteAsync("select pg_notify(@channel, '')", cancel, ("channel", channel));

        public override Task LimitAsync(TimeSpan time, bool steered, CancellationToken cancel) => ExecuteAsync(
            string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"set local jit = off; set local statement_timeout = {(int)time.TotalMilliseconds}{(steered ? "; set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off" : "")}"), cancel);

        protected override bool IsCut(DbException exception) => exception is PostgresException { SqlState: PostgresErrorCodes.QueryCanceled };

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await Connection.DisposeAsync();
        }

        /// <summary>A set goes as one array a column, in the statement itself. One that is large and wide is copied to a temporary table, once for all statements that read it: to take arrays
        /// apart costs the engine more than the copy and is done in each statement anew. Only writers have such sets.</summary>
        protected override async Task<string> BindAsync(DbCommand command, Rows rows, CancellationToken cancel) =>
            rows.Count >= LargeSet && rows.Columns.Count >= WideSet ? await CopiedAsync(rows, cancel) : Arrays(command, rows);

        private static string Arrays(DbCommand command, Rows rows)
        {
            var arrays = new List<string>();
            for (var i = 0; i < rows.Columns.Count; i++)
            {
                var (type, name) = TypeOf(rows.Columns[i].Values);
                command.Parameters.Add(new NpgsqlParameter($"set_{i}", NpgsqlDbType.Array | type) { Value = rows.Columns[i].Values });
                arrays.Add($"@set_{i}::{name}[]");
            }

            return $"(select * from unnest({string.Join(", ", arrays)}) as u({string.Join(", ", rows.Columns.Select(c => c.Name))}))";
        }

        /// <summary>The table that the set lies in until the transaction ends, one for each list of columns.</summary>
        private async Task<string> CopiedAsync(Rows rows, CancellationToken cancel)
        {
            var columns = string.Join(", ", rows.Columns.Select(c => $"{c.Name} {TypeOf(c.Values).Name}"));
            var known = copied.TryGetValue(columns, out var copy);
            if (known && copy.Rows == rows) return copy.Table;
            var table = known ? copy.Table : $"pg_temp.rows_{copied.Count}";
            await ExecuteAsync(known ? $"truncate {table}" : $"create table {table} ({columns}) on commit drop", cancel);
            await using (var import = await ((NpgsqlConnection)Connection).BeginBinaryImportAsync($"copy {table} from stdin (format binary)", cancel))
            {
                for (var row = 0; row < rows.Count; row++)
                {
                    await import.StartRowAsync(cancel);
                    foreach (var (_, values) in rows.Columns) await WriteAsync(import, values, row, cancel);
                }

                await import.CompleteAsync(cancel);
            }

            copied[columns] = (table, rows);
            return table;
        }

        private static Task WriteAsync(NpgsqlBinaryImporter import, Array values, int row, CancellationToken cancel) => values switch
        {
            long?[] numbers when numbers[row] is { } number => import.WriteAsync(number, NpgsqlDbType.Bigint, cancel),
            double?[] reals when reals[row] is { } real => import.WriteAsync(real, NpgsqlDbType.Double, cancel),
            string?[] texts when texts[row] is { } text => import.WriteAsync(text, NpgsqlDbType.Text, cancel),
            byte[]?[] blobs when blobs[row] is { } blob => import.WriteAsync(blob, NpgsqlDbType.Bytea, cancel),
            _ => import.WriteNullAsync(cancel),
        };

        private static (NpgsqlDbType Type, string Name) TypeOf(Array values) => values switch
        {
            long?[] => (NpgsqlDbType.Bigint, "bigint"),
            double?[] => (NpgsqlDbType.Double, "double precision"),
            string?[] => (NpgsqlDbType.Text, "text"),
            _ => (NpgsqlDbType.Bytea, "bytea"),
        };
    }
}
