using Vidimus.Findings;

namespace Vidimus.Storage;

/// <summary>What an event tells of. The numbers are in the store and never change their meaning.</summary>
public enum EventKind : short
{
    /// <summary>A finding changed.</summary>
    Finding = 1,

    /// <summary>A resource's first scan is complete.</summary>
    Scan = 2,

    /// <summary>A resource's scan status changed.</summary>
    Coverage = 3,

    /// <summary>Scanning of a new member account was enabled by the organization's configuration, or could not be.</summary>
    AutoEnable = 4,
}

/// <summary>What a finding was from an event on; the finding itself may have gone further meanwhile.</summary>
/// <param name="Before">Null for a new finding.</param>
public sealed record FindingEvent(long Finding, FindingCause Cause, FindingStatus? Before, FindingStatus Status, FindingFacts Facts, long? Suppression)
{
    /// <inheritdoc cref="Vidimus.Findings.Finding.Rating"/>
    public RuledSeverity? Rating { get; init; }
}

/// <summary>Something that those who listen are told.</summary>
/// <param name="Id">In the order in which changes were committed; who is told twice knows it by this.</param>
/// <param name="Resource">A row id; 0 for what is about no resource.</param>
/// <param name="Finding">Of a finding's event.</param>
/// <param name="Status">Of a coverage event: what the resource's scan status is from then on.</param>
/// <param name="Body">What <see cref="Outbox.AddAsync"/> was given.</param>
/// <param name="Account">Twelve digits.</param>
/// <param name="Region">The region's name.</param>
public sealed record StoredEvent(Scope Scope, long Id, EventKind Kind, long Resource, DateTimeOffset At, FindingEvent? Finding, ScanStatus? Status, string? Body, string Account, string Region);

/// <summary>Events on their way out: written in the transaction of the change that they tell of, so none is lost and none invented. <see cref="PublishAsync"/> gives them their order.</summary>
public sealed class Outbox(Session session)
{
    private const string Columns = "tenant, account, region, kind, resource, finding, at_ms, cause, before_status, status, severity, fix, score, evidence, suppression, body, source_severity, rating";

    /// <summary>Adds events that are about no finding; findings' are written by <see cref="FindingStore.WriteAsync"/>, those of scans and coverage by <see cref="ResourceStore"/>.</summary>
    public async Task<int> AddAsync(Scope scope, EventKind kind, IReadOnlyList<string> bodies, DateTimeOffset at, CancellationToken cancel)
    {
        const string add = """
            insert into outbox (tenant, account, region, kind, resource, at_ms, body) select @tenant, @account, @region, @kind, 0, @at, given.body from @rows as given
            """;
        var added = await session.ExecuteAsync(add, Rows.Of(bodies).Add("body", b => b), cancel, [.. ResourceStore.Of(scope), ("kind", (int)kind), ("at", at.Milliseconds())]);
        await session.NotifyAsync("outbox", cancel);
        return added;
    }

    /// <summary>Moves the oldest events to the log, at most <paramref name="limit"/>, and gives how many; where nobody listens they end here.</summary>
    /// <remarks>
    /// Transactions commit in another order than they take numbers, so no reader could keep a place in the outbox. One publisher at a time gives new numbers, and holds everybody else until
    /// they are committed. Who changes a finding holds its resource, so the events of one finding have their outbox numbers in the order of commits already.
    /// </remarks>
    [AcrossTenants("a publisher publishes for all")]
    public async Task<int> PublishAsync(int limit, CancellationToken cancel)
    {
        await session.LockAsync("outbox", cancel);
        var ids = await session.QueryAsync("select id from outbox order by id limit @limit", r => r.Int64(0), cancel, ("limit", limit));
        if (ids.Count == 0) return 0;

        const string log = $"""
            insert into event ({Columns})
            select {Columns} from outbox
            where id in (select id from @rows as given) and exists (select 1 from sink where sink.tenant = outbox.tenant and sink.region = outbox.region) order by id
            """;
        await session.ExecuteAsync(log, Rows.Of("id", ids), cancel);
        await session.ExecuteAsync("delete from outbox where id in (select id from @rows as given)", Rows.Of("id", ids), cancel);
        return ids.Count;
    }
}
