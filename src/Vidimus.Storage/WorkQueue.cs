using Vidimus.Findings;

namespace Vidimus.Storage;

/// <summary>A unit of work that a worker holds until the lease ends.</summary>
/// <param name="Lease">Which taking this is: who comes back with an older one has lost it.</param>
/// <param name="Attempts">With this one.</param>
public sealed record WorkUnit(Scope Scope, long Id, string Topic, string Subject, string Payload, int Priority, int Attempts, long Lease);

/// <summary>A unit that was given up.</summary>
public sealed record DeadWork(long Id, string Topic, string Subject, string Payload, int Attempts, string Error);

/// <summary>How many units of a topic a worker has room for.</summary>
public sealed record WorkRoom(string Topic, int Limit);

/// <summary>Which work goes first: the smaller number.</summary>
public static class WorkPriority
{
    /// <summary>Somebody waits for it.</summary>
    public const int Asked = 0;

    /// <summary>Something changed: an inventory, an advisory, a rule.</summary>
    public const int Changed = 10;

    /// <summary>The clock said so.</summary>
    public const int Periodic = 20;
}

/// <summary>The lease had ended and another worker may have the unit: nothing of this transaction may stand.</summary>
public sealed class LeaseLostException(string message) : Exception(message);

/// <summary>Work that is done exactly once: what it does and that it is done are committed together.</summary>
/// <remarks>
/// Fair across accounts: an account's units get one turn after another, beginning with the turn that is being served when they come, and turns are served in their order.
/// So who brings one unit waits for one unit of each other account, however many those have brought.
/// </remarks>
public sealed class WorkQueue(Session session)
{
    private const int Promoted = 10_000;

    /// <summary>No lease and no retry is as far away: a unit that waits longer was put away by a clock that has been set back since, and is due.</summary>
    private static readonly TimeSpan Far = TimeSpan.FromHours(3);

    /// <summary>Adds units. One that already waits under the same topic and subject is not added again; gives how many were.</summary>
    /// <param name="priority">See <see cref="WorkPriority"/>.</param>
    public async Task<int> AddAsync(Scope scope, string topic, IReadOnlyList<(string Subject, string Payload)> units, int priority, DateTimeOffset ready, CancellationToken cancel)
    {
        const string add = """
            insert into work (tenant, account, region, topic, subject, payload, priority, turn, ready_ms, waiting, dead, attempts, taken)
            select @tenant, @account, @region, @topic, fresh.subject, fresh.payload, @priority, served.turn + fresh.place, @ready, 0, 0, 0, 0
            from (
                select given.subject, given.payload, row_number() over (order by given.place) as place from @rows as given
                where not exists (select 1 from work where work.tenant = @tenant and work.account = @account and work.region = @region and work.topic = @topic and work.subject = given.subject
                    and work.lease is null and work.dead = 0)) as fresh
            cross join (
                select coalesce(max(turns.turn), 0) as turn from (
                    select max(turn) as turn from work where account = @account and topic = @topic and priority = @priority
                    union all
                    select min(turn) - 1 from work where topic = @topic and priority = @priority and dead = 0 and waiting = 0) as turns) as served
            """;
        var given = units.DistinctBy(u => u.Subject).Select((u, i) => (u.Subject, u.Payload, Place: (long)i)).ToArray();
        var rows = Rows.Of(given).Add("subject", u => u.Subject).Add("payload", u => u.Payload).Add("place", u => u.Place);
        var added = await session.ExecuteAsync(add, rows, cancel, [.. ResourceStore.Of(scope), ("topic", topic), ("priority", priority), ("ready", ready.Milliseconds())]);
        await session.NotifyAsync("work", cancel);
        return added;
    }

    /// <summary>Takes units that are due, at most <paramref name="limit"/>; they are this worker's until <paramref name="until"/>.</summary>
    /// <remarks>Those of the smallest priority first; among them topics by turns, and in a topic accounts by turns.</remarks>
    [AcrossTenants("a worker works for all")]
    public async Task<IReadOnlyList<WorkUnit>> TakeAsync(IReadOnlyList<WorkRoom> rooms, int limit, DateTimeOffset now, DateTimeOffset until, CancellationToken cancel)
    {
        await PromoteAsync(now, cancel);
        var heads = $"select id, priority from work where topic = @topic and dead = 0 and waiting = 0 and (ready_ms <= @now or ready_ms > @far) order by priority, turn, id limit @limit {session.SkipLocked}";
        var due = new List<(long Id, int Priority, int Place)>();
        foreach (var room in rooms)
        {
            var found = await session.QueryAsync(heads, r => (Id: r.Int64(0), Priority: r.Int32(1)), cancel, ("topic", room.Topic), ("now", now.Milliseconds()), ("far", (now + Far).Milliseconds()), ("limit", Math.Min(limit, room.Limit)));
            due.AddRange(found.Select((f, place) => (f.Id, f.Priority, place)));
        }

        if (due.Count == 0) return [];
        long[] chosen = [.. due.OrderBy(d => d.Priority).ThenBy(d => d.Place).Take(limit).Select(d => d.Id)];
        const string take = """
            update work set waiting = 1, ready_ms = @until, attempts = attempts + 1, taken = taken + 1, lease = taken + 1 where id in (select id from @rows as given)
            returning tenant, account, region, id, topic, subject, payload, priority, attempts, lease
            """;
        var taken = await session.QueryAsync(take, Rows.Of("id", chosen), r => new WorkUnit(new(r.Int32(0), r.Int32(1), r.Int32(2)), r.Int64(3), r.GetString(4), r.GetString(5), r.GetString(6), r.Int32(7),
            r.Int32(8), r.Int64(9)), cancel, ("until", until.Milliseconds()));
        return [.. taken.OrderBy(u => Array.IndexOf(chosen, u.Id))];
    }

    /// <summary>Takes due units of one topic.</summary>
    [AcrossTenants("a worker works for all")]
    public Task<IReadOnlyList<WorkUnit>> TakeAsync(string topic, int limit, DateTimeOffset now, DateTimeOffset until, CancellationToken cancel) => TakeAsync([new(topic, limit)], limit, now, until, cancel);

    /// <summary>Keeps a unit longer.</summary>
    /// <exception cref="LeaseLostException"/>
    [AcrossTenants("bound to the lease")]
    public async Task RenewAsync(WorkUnit unit, DateTimeOffset until, CancellationToken cancel)
    {
        if (await RenewAsync([unit], until, cancel) is []) throw new LeaseLostException($"another worker has {unit.Topic} {unit.Subject}");
    }

    /// <summary>Keeps units longer and gives those that still are this worker's.</summary>
    [AcrossTenants("bound to the leases")]
    public async Task<IReadOnlyList<WorkUnit>> RenewAsync(IReadOnlyList<WorkUnit> units, DateTimeOffset until, CancellationToken cancel)
    {
        const string renew = """
            update work set ready_ms = @until, waiting = 1 from @rows as given where work.id = given.id and work.lease = given.lease and work.dead = 0 returning work.id, work.lease
            """;
        var held = await session.QueryAsync(renew, Rows.Of([.. units.OrderBy(u => u.Id)]).Add("id", u => u.Id).Add("lease", u => u.Lease), r => (r.Int64(0), r.Int64(1)), cancel, ("until", until.Milliseconds()));
        return [.. units.Where(u => held.Contains((u.Id, u.Lease)))];
    }

    /// <summary>The unit is done; call it in the transaction that writes what it did.</summary>
    /// <exception cref="LeaseLostException"/>
    [AcrossTenants("bound to the lease")]
    public Task CompleteAsync(WorkUnit unit, CancellationToken cancel) => HeldAsync("delete from work where id = @id and lease = @lease and dead = 0", unit, cancel);

    /// <summary>The unit failed: it is tried again at <paramref name="retry"/>, or given up with null.</summary>
    /// <exception cref="LeaseLostException"/>
    [AcrossTenants("bound to the lease")]
    public Task FailAsync(WorkUnit unit, string error, DateTimeOffset? retry, CancellationToken cancel) =>
        HeldAsync("update work set lease = null, error = @error, waiting = 1, dead = @dead, ready_ms = @ready where id = @id and lease = @lease and dead = 0", unit, cancel,
            ("error", error), ("dead", retry is null ? 1 : 0), ("ready", retry?.Milliseconds() ?? 0));

    /// <summary>The unit is handed back untried: this worker stops, or can't do it now. The attempt does not count.</summary>
    /// <exception cref="LeaseLostException"/>
    [AcrossTenants("bound to the lease")]
    public async Task HandBackAsync(WorkUnit unit, DateTimeOffset ready, CancellationToken cancel)
    {
        await HeldAsync("update work set lease = null, waiting = 1, attempts = attempts - 1, ready_ms = @ready where id = @id and lease = @lease and dead = 0", unit, cancel, ("ready", ready.Milliseconds()));
        await session.NotifyAsync("work", cancel);
    }

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
            update work set dead = 0, waiting = 1, ready_ms = @now, attempts = 0
            where tenant = @tenant and account = @account and region = @region and dead = 1 and id in (select id from @rows as given)
            """;
        var replayed = await session.ExecuteAsync(replay, Rows.Of("id", ids), cancel, [.. ResourceStore.Of(scope), ("now", now.Milliseconds())]);
        await session.NotifyAsync("work", cancel);
        return replayed;
    }

    /// <summary>Those whose time has come are due: a lease ended, or a retry's wait is over.</summary>
    private async Task PromoteAsync(DateTimeOffset now, CancellationToken cancel)
    {
        // Each statement reads its own end of the index, where hardly ever anything is.
        foreach (var (time, bound) in new[] { ("ready_ms <= @bound", now), ("ready_ms > @bound", now + Far) })
        {
            var promote = $"""
                with ended as materialized (select id from work where dead = 0 and waiting = 1 and {time} order by ready_ms limit {Promoted} {session.SkipLocked})
                update work set waiting = 0 where id in (select id from ended)
                """;
            await session.ExecuteAsync(promote, cancel, ("bound", bound.Milliseconds()));
        }
    }

    private async Task HeldAsync(string sql, WorkUnit unit, CancellationToken cancel, params (string, object?)[] values)
    {
        if (await session.ExecuteAsync(sql, cancel, [("id", unit.Id), ("lease", unit.Lease), .. values]) != 1) throw new LeaseLostException($"another worker has {unit.Topic} {unit.Subject}");
    }
}
