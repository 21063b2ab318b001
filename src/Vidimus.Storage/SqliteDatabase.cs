using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Vidimus.Storage;

/// <summary>The embedded store: one file with its write-ahead log, one writer, any number of readers.</summary>
/// <remarks>synchronous=FULL: what was answered survives a power cut, at the price of one sync a commit.</remarks>
public sealed class SqliteDatabase : IDatabase
{
    /// <summary>Rows in the sets of a session after which its memory is given back.</summary>
    private const int LargeSets = 20_000;

    private readonly string connectionString;
    private readonly SemaphoreSlim writing = new(1);
    private readonly ConcurrentBag<SqliteConnection> idle = [];
    private readonly ConcurrentDictionary<string, TaskCompletionSource> waiting = new();

    private SqliteDatabase(string path) => connectionString = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 30 }.ToString();

    public Engine Engine => Engine.Sqlite;

    /// <summary>Opens the file, which comes to be with its first statement.</summary>
    public static async Task<SqliteDatabase> OpenAsync(string path, CancellationToken cancel)
    {
        var database = new SqliteDatabase(path);
        database.idle.Add(await database.ConnectAsync(cancel));
        return database;
    }

    public async Task<Session> ReadAsync(CancellationToken cancel)
    {
        var connection = await TakeAsync(cancel);
        return new SqliteSession(this, connection, connection.BeginTransaction(deferred: true), null);
    }

    public async Task<Session> WriteAsync(CancellationToken cancel)
    {
        await writing.WaitAsync(cancel);
        try
        {
            var connection = await TakeAsync(cancel);
            // Waits up to the default timeout for a writer in another process.
            return new SqliteSession(this, connection, connection.BeginTransaction(deferred: false), writing);
        }
        catch
        {
            writing.Release();
            throw;
        }
    }

    public async Task<bool> WaitAsync(string channel, TimeSpan time, CancellationToken cancel)
    {
        var signal = waiting.GetOrAdd(channel, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            await signal.Task.WaitAsync(time, cancel);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (idle.TryTake(out var connection)) await connection.DisposeAsync();
        writing.Dispose();
    }

    private async Task<SqliteConnection> TakeAsync(CancellationToken cancel) => idle.TryTake(out var connection) ? connection : await ConnectAsync(cancel);

    private async Task<SqliteConnection> ConnectAsync(CancellationToken cancel)
    {
        var connection = new SqliteConnection(connectionString);
        try
        {
            await connection.OpenAsync(cancel);
            await using var command = connection.CreateCommand();
            command.CommandText = "pragma journal_mode = wal; pragma synchronous = full; pragma temp_store = memory; pragma cache_size = -65536";
            await command.ExecuteNonQueryAsync(cancel);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private sealed class SqliteSession(SqliteDatabase database, SqliteConnection connection, SqliteTransaction transaction, SemaphoreSlim? writing) : Session(connection, transaction)
    {
        private readonly List<string> notified = [];
        private readonly Dictionary<string, Rows> bound = [];
        private readonly HashSet<string> tables = [];
        private readonly Lock cutting = new();
        private Timer? limit;
        private bool cut;
        private bool disposed;
        private int filled;

        public override Engine Engine => Engine.Sqlite;

        public override string ForUpdate => "";

        public override string SkipLocked => "";

        /// <summary>The one writer needs no lock among writers.</summary>
        public override Task LockAsync(string name, CancellationToken cancel) => Task.CompletedTask;

        public override Task NotifyAsync(string channel, CancellationToken cancel)
        {
            notified.Add(channel);
            return Task.CompletedTask;
        }

        public override async Task CommitAsync(CancellationToken cancel)
        {
            await base.CommitAsync(cancel);
            foreach (var channel in notified)
            {
                if (database.waiting.TryRemove(channel, out var signal)) signal.TrySetResult();
            }
        }

        public override async ValueTask DisposeAsync()
        {
            if (disposed) return;
            lock (cutting) disposed = true;
            if (limit is not null) await limit.DisposeAsync();
            await base.DisposeAsync();
            if (filled > LargeSets) await ShrinkAsync();
            database.idle.Add(connection);
            writing?.Release();
        }

        public override Task LimitAsync(TimeSpan time, bool steered, CancellationToken cancel)
        {
            limit ??= new(_ => Cut(), null, time, TimeSpan.FromMilliseconds(200));
            return Task.CompletedTask;
        }

        protected override bool IsCut(DbException exception) => cut && exception is SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_INTERRUPT };

        /// <summary>Gives back the memory of large sets and of the pages that they touched: connections live as long as the process.</summary>
        private async Task ShrinkAsync()
        {
            await using var shrink = connection.CreateCommand();
#pragma warning disable CA2100 // Names of tables are made of column names, which are constants of this project.
            shrink.CommandText = string.Concat(tables.Select(t => $"drop table if exists {t}; ")) + "pragma shrink_memory";
#pragma warning restore CA2100
            await shrink.ExecuteNonQueryAsync();
        }

        /// <summary>Ends what runs on the connection, unless it is another's already.</summary>
        private void Cut()
        {
            lock (cutting)
            {
                if (disposed) return;
                cut = true;
                SQLitePCL.raw.sqlite3_interrupt(connection.Handle);
            }
        }

        /// <summary>The set lies in a temporary table of the connection, one for each list of columns. A set that several statements read one after the other is written once.</summary>
        protected override async Task<string> BindAsync(DbCommand command, Rows rows, CancellationToken cancel)
        {
            var columns = rows.Columns.Select(c => c.Name).ToArray();
            var table = $"temp.rows_{string.Join("_", columns)}";
            if (bound.GetValueOrDefault(table) == rows) return table;
            bound.Remove(table);
            tables.Add(table);
            filled += rows.Count;
            await ExecuteAsync($"create temp table if not exists {table[5..]} ({string.Join(", ", columns)})", cancel);
            await ExecuteAsync($"delete from {table}", cancel);
            Fill($"insert into {table} values ({string.Join(", ", columns.Select(_ => "?"))})", rows);
            bound[table] = rows;
            return table;
        }

        /// <summary>By the engine's own calls: a command with parameters costs five times as much.</summary>
        private void Fill(string insert, Rows rows)
        {
            var database = connection.Handle;
            SqliteException.ThrowExceptionForRC(SQLitePCL.raw.sqlite3_prepare_v2(database, insert, out var statement), database);
            using (statement)
            {
                var columns = rows.Columns.Select(c => c.Values).ToArray();
                for (var row = 0; row < rows.Count; row++)
                {
                    for (var column = 0; column < columns.Length; column++) SqliteException.ThrowExceptionForRC(Bind(statement, column + 1, columns[column], row), database);
                    SqliteException.ThrowExceptionForRC(SQLitePCL.raw.sqlite3_step(statement), database);
                    SqliteException.ThrowExceptionForRC(SQLitePCL.raw.sqlite3_reset(statement), database);
                }
            }
        }

        private static int Bind(SQLitePCL.sqlite3_stmt statement, int place, Array values, int row) => values switch
        {
            long?[] numbers when numbers[row] is { } number => SQLitePCL.raw.sqlite3_bind_int64(statement, place, number),
            double?[] reals when reals[row] is { } real => SQLitePCL.raw.sqlite3_bind_double(statement, place, real),
            string?[] texts when texts[row] is { } text => SQLitePCL.raw.sqlite3_bind_text(statement, place, text),
            byte[]?[] blobs when blobs[row] is { } blob => SQLitePCL.raw.sqlite3_bind_blob(statement, place, blob),
            long?[] or double?[] or string?[] or byte[]?[] => SQLitePCL.raw.sqlite3_bind_null(statement, place),
            _ => throw new ArgumentException($"no column of {values.GetType()}"),
        };
    }
}
