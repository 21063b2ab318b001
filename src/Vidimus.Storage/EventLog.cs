using System.Data.Common;
using Vidimus.Findings;

namespace Vidimus.Storage;

/// <summary>A stretch of the log.</summary>
/// <param name="Position">The number up to which it goes, whether or not the caller may see that event.</param>
public sealed record EventPage(IReadOnlyList<StoredEvent> Events, long Position);

/// <summary>What happened, in the order of commits, until every sink has had it.</summary>
public sealed class EventLog(Session session)
{
    /// <summary>What <see cref="Read"/> reads, of tables that <see cref="Named"/> names.</summary>
    internal const string Columns = """
        event.tenant, event.account, event.region, event.id, event.kind, event.resource, event.at_ms, event.finding, event.cause, event.before_status, event.status, event.severity, event.score, event.fix,
            event.evidence, event.suppression, event.body, account.number, region.name, event.source_severity, event.rating
        """;

    internal const string Named = "event join account on account.id = event.account join region on region.id = event.region";

    /// <summary>The next events after a position: the account's, or the whole tenant's.</summary>
    public async Task<EventPage> AfterAsync(Scope scope, bool wide, long after, int limit, CancellationToken cancel)
    {
        const string upto = """
            select max(id) from (select id from event where tenant = @tenant and region = @region and id > @after order by id limit @limit) as next
            """;
        var position = (await session.QueryAsync(upto, r => r.Int64OrNull(0), cancel, ("tenant", scope.Tenant), ("region", scope.Region), ("after", after), ("limit", limit)))[0];
        if (position is null) return new([], after);

        const string read = $"""
            select {Columns} from {Named}
            where event.tenant = @tenant and event.region = @region and event.id > @after and event.id <= @position and (event.account = @account or @wide = 1) order by event.id
            """;
        var events = await session.QueryAsync(read, Read, cancel, [.. ResourceStore.Of(scope), ("after", after), ("position", position), ("wide", wide ? 1 : 0)]);
        return new(events, position.Value);
    }

    /// <summary>Deletes events that every sink is past and no letter holds, at most <paramref name="limit"/>.</summary>
    [AcrossTenants("the clock is the same for all")]
    public Task<int> TrimAsync(int limit, CancellationToken cancel)
    {
        const string trim = """
            delete from event where id in (
                select event.id from event
                where not exists (select 1 from sink where sink.tenant = event.tenant and sink.region = event.region and sink.position < event.id)
                and not exists (select 1 from sink_letter where sink_letter.event = event.id)
                order by event.id limit @limit)
            """;
        return session.ExecuteAsync(trim, cancel, ("limit", limit));
    }

    internal static StoredEvent Read(DbDataReader r) => new(new(r.Int32(0), r.Int32(1), r.Int32(2)), r.Int64(3), (EventKind)r.Int32(4), r.Int64(5), r.Time(6),
        r.IsDBNull(7) ? null : new(r.Int64(7), (FindingCause)r.Int32(8), (FindingStatus?)r.Int64OrNull(9), (FindingStatus)r.Int32(10),
            new(FindingStore.SourceSeverity(r, 11, 19), r.DoubleOrNull(12), (FixAvailable)r.Int32(13), r.Int64(14)), r.Int64OrNull(15)) { Rating = FindingStore.RatingOf(r, 11, 20) },
        r.IsDBNull(7) && !r.IsDBNull(10) ? new ScanStatus(r.Int32(10) != 0, r.GetString(16)) : null,
        r.StringOrNull(16), r.GetString(17), r.GetString(18));
}
