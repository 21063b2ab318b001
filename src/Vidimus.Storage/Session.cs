using System.Data.Common;
using System.Runtime.CompilerServices;

namespace Vidimus.Storage;

/// <summary>One transaction on one connection. Stores are made over it, so that what several of them write is committed together or not at all.</summary>
public abstract class Session(DbConnection connection, DbTransaction transaction) : IAsyncDisposable
{
    public abstract Engine Engine { get; }

    /// <summary>Ends a select that takes rows for writing: others wait for them. SQLite's writer is alone anyway.</summary>
    public abstract string ForUpdate { get; }

    /// <summary>Ends a select that takes rows nobody else has taken.</summary>
    public abstract string SkipLocked { get; }

    protected DbConnection Connection { get; } = connection;

    protected DbTransaction Transaction { get; } = transaction;

    /// <summary>Holds everybody else who asks for the same name until this transaction ends.</summary>
    public abstract Task LockAsync(string name, CancellationToken cancel);

    /// <summary>Wakes who waits on the channel, once this transaction has committed.</summary>
    public abstract Task NotifyAsync(string channel, CancellationToken cancel);

    /// <summary>Bounds the queries of this transaction from now on.</summary>
    /// <param name="steered">Takes from the planner the ways that a search never wants: it begins at its narrow end and goes along indexes.</param>
    /// <remarks>A query that is cut throws <see cref="QueryTooLongException"/>, and the transaction is of no more use.</remarks>
    public abstract Task LimitAsync(TimeSpan time, bool steered, CancellationToken cancel);

    /// <summary>Makes what was written durable.</summary>
    public virtual Task CommitAsync(CancellationToken cancel) => Transaction.CommitAsync(cancel);

    /// <summary>Runs a statement and gives the number of rows it wrote.</summary>
    public async Task<int> ExecuteAsync(string sql, CancellationToken cancel, params (string Name, object? Value)[] values)
    {
        await using var command = Command(sql, values);
        return await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Runs a statement over a set, which it names <c>@rows</c>.</summary>
    public async Task<int> ExecuteAsync(string sql, Rows rows, CancellationToken cancel, params (string Name, object? Value)[] values)
    {
        await using var command = await CommandAsync(sql, rows, values, cancel);
        return await command.ExecuteNonQueryAsync(cancel);
    }

    public async Task<List<T>> QueryAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken cancel, params (string Name, object? Value)[] values)
    {
        await using var command = Command(sql, values);
        return await ReadAllAsync(command, read, cancel);
    }

    /// <summary>Queries with a set, which the statement names <c>@rows</c>.</summary>
    public async Task<List<T>> QueryAsync<T>(string sql, Rows rows, Func<DbDataReader, T> read, CancellationToken cancel, params (string Name, object? Value)[] values)
    {
        await using var command = await CommandAsync(sql, rows, values, cancel);
        return await ReadAllAsync(command, read, cancel);
    }

    /// <summary>Rows one after the other, for what does not fit into memory. The session does nothing else until the last.</summary>
    public async IAsyncEnumerable<T> StreamAsync<T>(string sql, Func<DbDataReader, T> read, [EnumeratorCancellation] CancellationToken cancel, params (string Name, object? Value)[] values)
    {
        await using var command = Command(sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel)) yield return read(reader);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await Transaction.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes the set readable to the command and gives what stands for <c>@rows</c> in its text.</summary>
    protected abstract Task<string> BindAsync(DbCommand command, Rows rows, CancellationToken cancel);

    protected DbCommand Command(string sql, (string Name, object? Value)[] values)
    {
        var command = Connection.CreateCommand();
        command.Transaction = Transaction;
#pragma warning disable CA2100 // Statements are constants of this project; values are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        return command;
    }

    private async Task<DbCommand> CommandAsync(string sql, Rows rows, (string Name, object? Value)[] values, CancellationToken cancel)
    {
        var command = Command(sql, values);
        var name = await BindAsync(command, rows, cancel);
#pragma warning disable CA2100 // The name is made of the set's column names, which are constants of this project.
        command.CommandText = sql.Replace("@rows", name, StringComparison.Ordinal);
#pragma warning restore CA2100
        return command;
    }

    /// <summary>Whether the engine says that it was told to stop.</summary>
    protected abstract bool IsCut(DbException exception);

    private async Task<List<T>> ReadAllAsync<T>(DbCommand command, Func<DbDataReader, T> read, CancellationToken cancel)
    {
        var result = new List<T>();
        try
        {
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel)) result.Add(read(reader));
            return result;
        }
        catch (DbException e) when (IsCut(e) && !cancel.IsCancellationRequested)
        {
            throw new QueryTooLongException(e);
        }
    }
}
