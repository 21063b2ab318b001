using Vidimus.Findings;

namespace Vidimus.Storage;

public sealed partial class FindingStore
{
    /// <summary>Writes changes down: the findings, an entry of history and an event for each, and what they do to the counts. Gives the changes with the row ids of the new findings.</summary>
    /// <exception cref="StaleFindingException">A finding is no longer as it was read.</exception>
    [AcrossTenants("a changed advisory changes findings of many accounts in one commit; each row takes tenant, account and region from its resource")]
    public async Task<IReadOnlyList<FindingChange>> WriteAsync(IReadOnlyList<FindingChange> changes, CancellationToken cancel)
    {
        if (changes.Count == 0) return [];
        FindingChange[] ordered = [.. changes.OrderBy(c => c.Key)];
        FindingChange[] opened = [.. ordered.Where(c => c.Before is null)];
        FindingChange[] changed = [.. ordered.Where(c => c.Before is not null)];
        var ids = new Dictionary<FindingKey, long>();
        var scopes = new Dictionary<long, Scope>();
        await InsertAsync(opened, ids, scopes, cancel);
        await UpdateAsync(changed, scopes, cancel);

        FindingChange[] written = [.. ordered.Select(c => c.Before is null ? c with { After = c.After with { Id = ids[c.Key] } } : c)];
        await LinkAsync(written, cancel);
        if (written.Any(c => c.Cause is FindingCause.Opened or FindingCause.Updated or FindingCause.Reopened)) written = await new Suppressor(session).BornAsync(written, cancel);
        await RecordAsync(written, scopes, cancel);
        await session.NotifyAsync("outbox", cancel);
        return written;
    }

    /// <summary>Deletes closed findings whose time has come, at most <paramref name="limit"/>, and gives how many. Their history stays.</summary>
    [AcrossTenants("the clock is the same for all")]
    public Task<int> DeleteDueAsync(DateTimeOffset now, int limit, CancellationToken cancel)
    {
        const string delete = "delete from finding where id in (select id from finding where delete_ms is not null and delete_ms <= @now order by delete_ms limit @limit)";
        return session.ExecuteAsync(delete, cancel, ("now", now.Milliseconds()), ("limit", limit));
    }

    private async Task InsertAsync(FindingChange[] opened, Dictionary<FindingKey, long> ids, Dictionary<long, Scope> scopes, CancellationToken cancel)
    {
        if (opened.Length == 0) return;
        const string insert = """
            insert into finding (tenant, account, region, kind, status, severity, fix, incarnation, score, resource, fingerprint, evidence, first_ms, updated_ms, suppression, source_severity, rating)
            select resource.tenant, resource.account, resource.region, given.kind, given.status, given.severity, given.fix, given.incarnation, given.thousandths, given.resource, given.fingerprint,
                given.evidence, given.updated_ms, given.updated_ms, given.suppression, given.source_severity, given.rating
            from @rows as given cross join resource where resource.id = given.resource
            order by given.fingerprint, given.kind, given.resource
            on conflict (account, region, kind, fingerprint, resource, incarnation) do nothing
            returning id, resource, kind, fingerprint, tenant, account, region
            """;
        var rows = Facts(opened).Add("incarnation", c => c.After.Incarnation).Add("kind", c => (long)c.Key.Kind).Add("fingerprint", c => c.Key.Fingerprint);
        var written = await session.QueryAsync(insert, rows, r => (Id: r.Int64(0), Key: new FindingKey(r.Int64(1), (FindingKind)r.Int32(2), r.Int64(3)), Scope: new Scope(r.Int32(4), r.Int32(5), r.Int32(6))), cancel);
        if (written.Count != opened.Length) throw new StaleFindingException($"{opened.Length - written.Count} of {opened.Length} new findings are there already, or their resource is gone");
        foreach (var (id, key, scope) in written) (ids[key], scopes[id]) = (id, scope);
    }

    private async Task UpdateAsync(FindingChange[] changed, Dictionary<long, Scope> scopes, CancellationToken cancel)
    {
        if (changed.Length == 0) return;
        const string update = """
            update finding set status = given.status, severity = given.severity, fix = given.fix, score = given.thousandths, evidence = given.evidence, suppression = given.suppression,
                fingerprint = given.fingerprint, incarnation = given.incarnation, updated_ms = given.updated_ms, closed_ms = given.closed_ms, delete_ms = given.delete_ms, closing = given.closing,
                source_severity = given.source_severity, rating = given.rating
            from @rows as given where finding.id = given.id and finding.updated_ms = given.before_ms and finding.status = given.before_status
            returning finding.id, finding.tenant, finding.account, finding.region
            """;
        var rows = Facts(changed)
            .Add("id", c => c.After.Id).Add("fingerprint", c => c.Key.Fingerprint).Add("incarnation", c => c.After.Incarnation).Add("before_ms", c => c.Before!.Updated.Milliseconds()).Add("before_status", c => (long)c.Before!.Status)
            .Add("closed_ms", c => c.After.Closing?.At.Milliseconds()).Add("delete_ms", c => c.After.Deletion?.Milliseconds()).Add("closing", c => (long?)c.After.Closing?.Reason);
        var written = await session.QueryAsync(update, rows, r => (Id: r.Int64(0), Scope: new Scope(r.Int32(1), r.Int32(2), r.Int32(3))), cancel);
        if (written.Count != changed.Length) throw new StaleFindingException($"{changed.Length - written.Count} of {changed.Length} findings are no longer as they were read");
        foreach (var (id, scope) in written) scopes[id] = scope;
    }

    /// <summary>Notes of which vulnerability evidence is, so that findings are found by it from there.</summary>
    private Task<int> LinkAsync(FindingChange[] written, CancellationToken cancel)
    {
        var links = written.Where(c => c.Key.Kind == FindingKind.Package && c.Cause is FindingCause.Opened or FindingCause.Updated or FindingCause.Reopened)
            .Select(c => (c.After.Facts.Evidence, c.Key.Fingerprint)).Distinct().OrderBy(l => l.Evidence).ToArray();
        const string link = $"update evidence set vulnerability = given.vulnerability, undescribed = {VulnerabilityStore.Undescribed} from @rows as given where evidence.id = given.evidence and evidence.vulnerability is null";
        return session.ExecuteAsync(link, Rows.Of(links).Add("evidence", l => l.Evidence).Add("vulnerability", l => l.Fingerprint), cancel);
    }

    /// <param name="scopes">Of the findings.</param>
    private async Task RecordAsync(FindingChange[] written, Dictionary<long, Scope> scopes, CancellationToken cancel)
    {
        var rows = Facts(written)
            .Add("tenant", c => scopes[c.After.Id].Tenant).Add("account", c => scopes[c.After.Id].Account).Add("region", c => scopes[c.After.Id].Region)
            .Add("id", c => c.After.Id).Add("kind", c => (long)c.Key.Kind).Add("fingerprint", c => c.Key.Fingerprint).Add("cause", c => (long)c.Cause).Add("closing", c => (long?)c.After.Closing?.Reason)
            .Add("before_status", c => (long?)c.Before?.Status).Add("before_severity", c => (long?)c.Before?.Severity).Add("before_fingerprint", c => c.Before?.Key.Fingerprint)
            .Add("before_evidence", c => c.Before?.Facts.Evidence).Add("before_fix", c => (long?)c.Before?.Facts.Fix);
        const string history = """
            insert into finding_history (tenant, account, region, finding, fingerprint, at_ms, cause, status, severity, fix, closing, score, evidence, suppression, source_severity, rating)
            select tenant, account, region, id, fingerprint, updated_ms, cause, status, severity, fix, closing, score, evidence, suppression, source_severity, rating from @rows as given
            """;
        await session.ExecuteAsync(history, rows, cancel);

        // That a closed finding has another number is history and no news.
        const string outbox = """
            insert into outbox (tenant, account, region, kind, resource, finding, at_ms, cause, before_status, status, severity, fix, score, evidence, suppression, source_severity, rating)
            select tenant, account, region, 1, resource, id, updated_ms, cause, before_status, status, severity, fix, score, evidence, suppression, source_severity, rating from @rows as given
            where not (cause = 7 and status = 3)
            """;
        await session.ExecuteAsync(outbox, rows, cancel);
        await session.ExecuteAsync(Counters.Count, rows, cancel);
    }

    private static Rows<FindingChange> Facts(FindingChange[] changes) => Rows.Of<FindingChange>(changes)
        .Add("resource", c => c.Key.Resource).Add("status", c => (long)c.After.Status).Add("severity", c => (long)c.After.Severity).Add("fix", c => (long)c.After.Facts.Fix)
        .Add("score", c => c.After.Facts.Score).Add("thousandths", c => ScoreOf(c.After.Facts.Score)).Add("evidence", c => c.After.Facts.Evidence).Add("suppression", c => c.After.Suppression).Add("updated_ms", c => c.At.Milliseconds())
        .Add("source_severity", c => c.After.Rating is null ? null : (long)c.After.Facts.Severity).Add("rating", c => c.After.Rating?.Rule);
}
