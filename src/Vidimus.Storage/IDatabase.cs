namespace Vidimus.Storage;

/// <summary>Which engine answers, for the few statements that must stand in two spellings.</summary>
public enum Engine
{
    Sqlite,
    Postgres,
}

/// <summary>A store's engine. Each statement is written once, in what both engines speak; what differs is behind this and <see cref="Session"/>.</summary>
public interface IDatabase : IAsyncDisposable
{
    Engine Engine { get; }

    /// <summary>A look at the store as it is now: what others commit meanwhile is not seen.</summary>
    Task<Session> ReadAsync(CancellationToken cancel);

    /// <summary>A transaction; what it wrote is gone unless <see cref="Session.CommitAsync"/> ended. SQLite has one at a time.</summary>
    Task<Session> WriteAsync(CancellationToken cancel);

    /// <summary>Waits until somebody may have committed with <see cref="Session.NotifyAsync"/>, or for the time: a hint that spares polling, never a promise. False after the time.</summary>
    Task<bool> WaitAsync(string channel, TimeSpan time, CancellationToken cancel);
}
