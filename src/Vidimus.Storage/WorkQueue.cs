using Vidimus.Findings;

namespace Vidimus.Storage;

/// <summary>A unit of work that a worker holds until the lease ends.</summary>
/// <param name="Lease">Which taking this is: who comes back with an older one has lost it.</param>
/// <param name="Attempts">With this one.</param>
public sealed record WorkUnit(Scope Scope, long Id, string Topic, string Subject, string Payload, int Attempts, long Lease);

/// <summary>A unit that was given up.</summary>
public sealed record DeadWork(long Id, string Topic, string Subject, string Payload, int Attempts, string Error);

/// <summary>The lease had ended and another worker may have the unit: nothing of this transaction may stand.</summary>
public sealed class LeaseLostException(string message) : Exception(message);

/// <summary>Work that is done exactly once: what it does and that it is done are committed together.</summary>
public sealed class WorkQueue(Session session)
{
    /// <summary>Adds units. One that already waits under the same topic and subject is not added again; gives how many were.</summary>
    public async Task<int> AddAsync(Scope scope, string topic, IReadOnlyList<(string Subject, string Payload)> units, int priority, DateTimeOffset ready, CancellationToken cancel)
    {
        const string add = """
            insert into work (tenant, account, region, topic, subject, payload, priority, ready_ms, attempts, dead)
            select @tenant, @account, @region, @topic, given.subject, given.payload, @priority, @ready, 0, 0 from @rows as given
            where not exists (select 1 from work where work.tenant = @tenant and work.account = @account and work.region = @region and work.topic = @topic and work.subject = given.subject
                and work.lease is null and work.dead = 0)
            """;
        var rows = Rows.Of([.. units.DistinctBy(u => u.Subject)]).Add("subject", u => u.Subject).Add("payload", u => u.Payload);
        var added = await session.ExecuteAsync(add, rows, cancel, [.. ResourceStore.Of(scope), ("topic", topic), ("priority", priority), ("ready", ready.Milliseconds())]);
        await session.NotifyAsync("work", cancel);
        return added;
    }

    /// <summary>Takes units that are due, those of the smallest priority first; they are this worker's until <paramref name="until"/>.</summary>
    [AcrossTenants("a worker works for all")]
    public async Task<IReadOnlyList<WorkUnit>> TakeAsync(string topic, int limit, DateTimeOffset now, DateTimeOffset until, CancellationToken cancel)
    {
        var take = $"""
            with due as materialized (
                select id from work where topic = @topic and dead = 0 and ready_ms <= @now order by priority, ready_ms, id limit @limit {session.SkipLocked})
            update work set ready_ms = @until, attempts = attempts + 1, lease = attempts + 1 where id in (select id from due)
            returning tenant, account, region, id, topic, subject, payload, attempts, lease
            """;
        return await session.QueryAsync(take, r => new WorkUnit(new(r.Int32(0), r.Int32(1), r.Int32(2)), r.Int64(3), r.GetString(4), r.GetString(5), r.GetString(6), r.Int32(7), r.Int64(8)),
            cancel, ("topic", topic), ("now", now.Milliseconds()), ("until", until.Milliseconds()), ("limit", limit));
    }

    /// <summary>Keeps a unit longer.</summary>
    /// <exception cref="LeaseLostException"/>
    [AcrossTenants("bound to the lease")]
    public Task RenewAsync(WorkUnit unit, DateTimeOffset until, CancellationToken cancel) =>
        HeldAsync("update work set ready_ms = @until where id = @id and lease = @lease and dead = 0", unit, cancel, ("until", until.Milliseconds()));

    /// <summary>The unit is done; call it in the transaction that writes what it did.</summary>
    /// <exception cref="LeaseLostException"/>
    [AcrossTenants("bound to the lease")]
    public Task CompleteAsync(WorkUnit unit, CancellationToken cancel) => HeldAsync("delete from work where id = @id and lease = @lease and dead = 0", unit, cancel);

    /// <summary>The unit failed: it is tried again at <paramref name="retry"/>, or given up with null.</summary>
    /// <exception cref="LeaseLostException"/>
    [AcrossTenants("bound to the lease")]
    public Task FailAsync(WorkUnit unit, string error, DateTimeOffset? retry, CancellationToken cancel) =>
        HeldAsync("update work set lease = null, error = @error, dead = @dead, ready_ms = @ready where id = @id and lease = @lease and dead = 0", unit, cancel,
            ("error", error), ("dead", retry is null ? 1 : 0), ("ready", retry?.Milliseconds() ?? 0));

    /// <summary>The units that were given up.</summary>
    public async Task<IReadOnlyList<DeadWork>> DeadAsync(Scope scope, int limit, CancellationToken cancel)
    {
        const string dead = "select id, topic, subject, payload, attempts, error from work where tenant = @tenant and account = @account and region = @region and dead = 1 order by id limit @limit";
        return await session.QueryAsync(dead, r => new DeadWork(r.Int64(0), r.GetString(1), r.GetString(2), r.GetString(3), r.Int32(4), r.GetString(5)), cancel, [.. ResourceStore.Of(scope), ("limit", limit)]);
    }

    /// <summary>Gives units that were given up another chance, and says how many.</summary>
    public async Task<int> ReplayAsync(Scope scope, IReadOnlyList<long> ids, DateTimeOffset now, CancellationToken cancel)
    {
        const string replay = """
            update work set dead = 0, ready_ms = @now, attempts = 0
            where tenant = @tenant and account = @account and region = @region and dead = 1 and id in (select id from @rows as given)
            """;
        var replayed = await session.ExecuteAsync(replay, Rows.Of("id", ids), cancel, [.. ResourceStore.Of(scope), ("now", now.Milliseconds())]);
        await session.NotifyAsync("work", cancel);
        return replayed;
    }

    private async Task HeldAsync(string sql, WorkUnit unit, CancellationToken cancel, params (string, object?)[] values)
    {
        if (await session.ExecuteAsync(sql, cancel, [("id", unit.Id), ("lease", unit.Lease), .. values]) != 1) throw new LeaseLostException($"another worker has {unit.Topic} {unit.Subject}");
    }
}
