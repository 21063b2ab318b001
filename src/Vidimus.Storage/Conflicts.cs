using System.Data.Common;

namespace Vidimus.Storage;

/// <summary>Others wrote the same rows at the same time, again and again: nothing was written, and it may be tried later.</summary>
public sealed class StoreBusyException(Exception inner) : Exception("others keep writing the same rows at the same time", inner);

/// <summary>The one place where a transaction that PostgreSQL ended for the sake of others is begun anew: two that waited for each other, or one whose rows are others by now. SQLite has one writer, and none of it.</summary>
public static class Conflicts
{
    private const int Tries = 6;

    // SQLSTATE of PostgreSQL, appendix A, class 40.
    private const string SerializationFailure = "40001";
    private const string DeadlockDetected = "40P01";

    /// <summary>Runs a transaction from its beginning, up to six times; <paramref name="transaction"/> opens it, and keeps nothing of a run that failed.</summary>
    /// <exception cref="StoreBusyException">Every time ended so.</exception>
    public static async Task<T> RetryAsync<T>(Func<Task<T>> transaction, CancellationToken cancel)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await transaction();
            }
            catch (DbException e) when (e.SqlState is SerializationFailure or DeadlockDetected)
            {
                if (tries == Tries) throw new StoreBusyException(e);
            }

            await Task.Delay(Wait(tries), cancel);
        }
    }

    /// <inheritdoc cref="RetryAsync{T}"/>
    public static Task RetryAsync(Func<Task> transaction, CancellationToken cancel) => RetryAsync(async () =>
    {
        await transaction();
        return 0;
    }, cancel);

    /// <summary>Writes in one transaction, begun anew where it met another.</summary>
    /// <param name="write">Keeps nothing of a run that failed.</param>
    /// <exception cref="StoreBusyException"/>
    public static Task<T> WriteAsync<T>(IDatabase database, Func<Session, Task<T>> write, CancellationToken cancel) => RetryAsync(async () =>
    {
        await using var session = await database.WriteAsync(cancel);
        var result = await write(session);
        await session.CommitAsync(cancel);
        return result;
    }, cancel);

    /// <inheritdoc cref="WriteAsync{T}"/>
    public static Task WriteAsync(IDatabase database, Func<Session, Task> write, CancellationToken cancel) => WriteAsync(database, async session =>
    {
        await write(session);
        return 0;
    }, cancel);

    /// <summary>At random, so that those who met don't meet again: up to 20 ms after the first time, twice that after each further.</summary>
    private static TimeSpan Wait(int tries) => TimeSpan.FromMilliseconds(System.Security.Cryptography.RandomNumberGenerator.GetInt32(1, 20 << (tries - 1)));
}
