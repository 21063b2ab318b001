using Vidimus.Findings;

namespace Vidimus.Storage;

/// <summary>A change of a finding that those who listen have not heard of yet.</summary>
/// <param name="Id">The event's id: who is told twice knows it by this.</param>
/// <param name="Before">Null for a new finding.</param>
/// <param name="Status">From the event on; the finding itself may have gone further meanwhile.</param>
public sealed record OutboxEvent(Scope Scope, long Id, long Finding, DateTimeOffset At, FindingCause Cause, FindingStatus? Before, FindingStatus Status, FindingSeverity Severity, long Lease);

/// <summary>Changes on their way out: written with the change itself, deleted when sent. At least once, in order for each finding.</summary>
public sealed class Outbox(Session session)
{
    /// <summary>Takes the oldest events; they are this sender's until <paramref name="until"/>. An event waits while an earlier one of its finding is with another sender.</summary>
    [AcrossTenants("a sender sends for all")]
    public async Task<IReadOnlyList<OutboxEvent>> TakeAsync(int limit, DateTimeOffset now, DateTimeOffset until, CancellationToken cancel)
    {
        // One taker at a time: two that skip each other's rows would part the events of one finding.
        await session.LockAsync("outbox", cancel);
        const string take = """
            with due as materialized (
                select id from outbox where ready_ms <= @now
                and not exists (select 1 from outbox as earlier where earlier.finding = outbox.finding and earlier.id < outbox.id and earlier.ready_ms > @now)
                order by id limit @limit)
            update outbox set ready_ms = @until, lease = coalesce(lease, 0) + 1 where id in (select id from due)
            returning tenant, account, region, id, finding, at_ms, cause, before_status, status, severity, lease
            """;
        var taken = await session.QueryAsync(take, r => new OutboxEvent(new(r.Int32(0), r.Int32(1), r.Int32(2)), r.Int64(3), r.Int64(4), r.Time(5), (FindingCause)r.Int32(6),
            (FindingStatus?)r.Int64OrNull(7), (FindingStatus)r.Int32(8), (FindingSeverity)r.Int32(9), r.Int64(10)), cancel, ("limit", limit), ("now", now.Milliseconds()), ("until", until.Milliseconds()));
        taken.Sort((a, b) => a.Id.CompareTo(b.Id));
        return taken;
    }

    /// <summary>The events were sent. Those that meanwhile went to another sender stay his; gives how many are gone.</summary>
    [AcrossTenants("bound to the lease")]
    public Task<int> SentAsync(IReadOnlyList<OutboxEvent> events, CancellationToken cancel)
    {
        const string sent = """
            delete from outbox where id in (select id from @rows as given) and exists (select 1 from @rows as given where given.id = outbox.id and given.lease = outbox.lease)
            """;
        return session.ExecuteAsync(sent, Rows.Of(events).Add("id", e => e.Id).Add("lease", e => e.Lease), cancel);
    }
}
