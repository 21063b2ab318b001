using Vidimus.Storage;

namespace Vidimus.Fleet.Work;

/// <summary>Does the units of one topic.</summary>
public interface IWorkHandler
{
    string Topic { get; }

    /// <summary>How many units a node may have in hand at once.</summary>
    int Parallel { get; }

    /// <summary>Of handlers of one group a node has one unit in hand, that of the smallest priority; null for a handler of no group.</summary>
    string? Group => null;

    /// <summary>Does a unit. What it writes goes through <see cref="HeldWork.CommitAsync"/>, with which the unit is done; a handler that has nothing to write just returns.</summary>
    /// <exception cref="WorkPostponedException">This node can't do it now.</exception>
    /// <exception cref="InvalidDataException">The unit makes no sense and never will: it becomes a dead letter at once.</exception>
    Task HandleAsync(HeldWork work, CancellationToken cancel);
}

/// <summary>The unit is handed back as if it had not been taken: this node has no book yet, or an older one.</summary>
public sealed class WorkPostponedException(string message, TimeSpan wait) : Exception(message)
{
    public TimeSpan Wait { get; } = wait;
}

/// <summary>A unit in a worker's hand. Its lease is renewed while the handler runs; when that fails, the handler is cancelled.</summary>
public sealed class HeldWork
{
    private readonly IDatabase database;
    private readonly TimeProvider time;
    private readonly TimeSpan lease;

    internal HeldWork(IDatabase database, WorkUnit unit, TimeProvider time, TimeSpan lease) => (this.database, Unit, this.time, this.lease) = (database, unit, time, lease);

    public WorkUnit Unit { get; }

    internal bool IsDone { get; private set; }

    /// <summary>Writes what the unit did, and that it is done, in one transaction: both or none, and only once whoever else has taken it meanwhile.</summary>
    /// <param name="write">Begun anew where it met another transaction, see <see cref="Conflicts"/>.</param>
    /// <exception cref="LeaseLostException">Another worker has the unit; nothing was written.</exception>
    public async Task CommitAsync(Func<Session, Task> write, CancellationToken cancel)
    {
        await Conflicts.WriteAsync(database, async session =>
        {
            await write(session);
            await new WorkQueue(session).CompleteAsync(Unit, cancel);
        }, cancel);
        IsDone = true;
    }

    /// <summary>Writes a part of what the unit does, as long as it is this worker's. Who does it anew must find the part done.</summary>
    /// <exception cref="LeaseLostException">Another worker has the unit; nothing was written.</exception>
    public Task CommitPartAsync(Func<Session, Task> write, CancellationToken cancel) => Conflicts.WriteAsync(database, async session =>
    {
        await write(session);
        await new WorkQueue(session).RenewAsync(Unit, time.GetUtcNow() + lease, cancel);
    }, cancel);
}
