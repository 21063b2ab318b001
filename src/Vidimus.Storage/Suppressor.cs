using System.Globalization;
using Vidimus.Findings;
using Vidimus.Findings.Query;
using Vidimus.Storage.Search;

namespace Vidimus.Storage;

/// <summary>Hides findings, and displays other severities, by the rules of their account and of its organization. What is hidden is kept beside whether it is gone, what is displayed beside what the source says.</summary>
/// <remarks>New and changed findings are judged as they are written: <see cref="FindingStore.WriteAsync"/> does it, so that they are born hidden, with one entry of history. When a rule
/// changes, <see cref="ApplyPendingAsync"/> brings the findings after it in bounded sets, one commit each; it may be killed anywhere and goes on.</remarks>
public sealed class Suppressor(Session session)
{
    /// <summary>The tag of a filter whose value, a time in ISO 8601, ends its rule.</summary>
    public const string ExpiresTag = "vidimus:expires";

    /// <summary>The tag of a filter whose value, one of Inspector's severities, is displayed in place of the source's.</summary>
    public const string SeverityTag = "vidimus:severity";
    private const int SetSize = 1000;

    /// <summary>Brings findings after the rules that changed, and ends rules whose time has come; false when the time was not enough for all.</summary>
    /// <param name="account">The account whose rules; null for all.</param>
    /// <remarks>A chore: any number of nodes may run it, one does each rule at a time.</remarks>
    [AcrossTenants("a worker's chore; each set is of one rule and its accounts")]
    public static async Task<bool> ApplyPendingAsync(IDatabase database, int? account, TimeSpan time, TimeProvider clock, CancellationToken cancel)
    {
        var began = clock.GetTimestamp();
        while (await Conflicts.RetryAsync(() => ApplyNextAsync(database, account, clock, cancel), cancel))
        {
            if (clock.GetElapsedTime(began) > time) return false;
        }

        return true;
    }

    /// <summary>Does one set; false when there is none.</summary>
    private static async Task<bool> ApplyNextAsync(IDatabase database, int? account, TimeProvider clock, CancellationToken cancel)
    {
        await using var session = await database.WriteAsync(cancel);
        var suppressor = new Suppressor(session);
        await suppressor.ExpireAsync(clock.GetUtcNow(), cancel);
        const string pending = $"select {FilterStore.Columns} from filter where pending <> 0 and (@account = 0 or account = @account) order by id limit 1";
        var rule = await session.QueryAsync(pending, FilterStore.Read, cancel, ("account", account ?? 0));
        if (rule is [var next])
        {
            try
            {
                if (!await suppressor.StepAsync(next, clock.GetUtcNow(), cancel)) await suppressor.DoneAsync(next, cancel);
            }
            catch (StaleFindingException)
            {
                // Somebody wrote between reading and writing; nothing of this set stands, and it is tried again.
                return true;
            }
        }

        await session.CommitAsync(cancel);
        return rule.Count > 0;
    }

    /// <summary>Judges findings that were just written and are not recorded yet.</summary>
    internal async Task<FindingChange[]> BornAsync(FindingChange[] written, CancellationToken cancel)
    {
        var open = written.Where(c => c.After.IsOpen).ToArray();
        const string rules = $"""
            select {FilterStore.Columns} from filter where (filter.action = 2 or (filter.severity is not null and filter.action <> 3)) and exists (
                select 1 from @rows as given cross join resource where resource.id = given.id and resource.tenant = filter.tenant and resource.region = filter.region
                and (filter.wide = 1 or resource.account = filter.account))
            order by filter.id
            """;
        var found = await session.QueryAsync(rules, Rows.Of("id", [.. open.Select(c => c.Key.Resource).Distinct().Order()]), FilterStore.Read, cancel);
        if (found.Count == 0) return written;

        var ruled = await RuledAsync(found, [.. open.Select(c => c.After.Id)], cancel);
        FindingChange[] judged = [.. written.Select(c => c.After.IsOpen ? c with { After = ruled.Of(c.After, c.At) } : c)];
        const string rule = """
            update finding set suppression = given.suppression, status = given.status, severity = given.severity, source_severity = given.source_severity, rating = given.rating
            from @rows as given where finding.id = given.id
            """;
        var changed = judged.Zip(written).Where(p => p.First.After != p.Second.After).Select(p => p.First.After).ToArray();
        await session.ExecuteAsync(rule, Rows.Of(changed).Add("id", f => f.Id).Add("suppression", f => f.Suppression).Add("status", f => (long)f.Status).Add("severity", f => (long)f.Severity)
            .Add("source_severity", f => f.Rating is null ? null : (long)f.Facts.Severity).Add("rating", f => f.Rating?.Rule), cancel);
        return judged;
    }

    /// <summary>Which rules, the oldest that do, hide and rate which findings.</summary>
    private sealed record Effects(Dictionary<long, long> Hiding, Dictionary<long, RuledSeverity> Ratings)
    {
        public (long?, RuledSeverity?) Of(Finding finding) => (Hiding.TryGetValue(finding.Id, out var by) ? by : null, Ratings.TryGetValue(finding.Id, out var rating) ? rating : null);

        public Finding Of(Finding finding, DateTimeOffset at)
        {
            var (suppression, rating) = Of(finding);
            return finding.Ruled(suppression, rating, at);
        }
    }

    private async Task<Effects> RuledAsync(IReadOnlyList<FindingFilterRule> rules, IReadOnlyList<long> findings, CancellationToken cancel)
    {
        var effects = new Effects([], []);
        var rows = Rows.Of("id", findings);
        foreach (var rule in rules)
        {
            var values = new SqlValues();
            var filter = new FindingFilter(rule.Parsed with { ByRule = true }, rule.Scope.OfTenant, await AccountsAsync(rule, cancel), values);
            if (filter.Never) continue;
            var among = filter.Ids is { } ids ? $" and finding.id in ({string.Join(", ", ids.Select(i => i.ToString(CultureInfo.InvariantCulture)).DefaultIfEmpty("0"))})" : "";
            var match = $"select finding.id from @rows as given cross join finding where finding.id = given.id and {filter.Within}{among}{filter.Condition}";
            foreach (var id in await session.QueryAsync(match, rows, r => r.Int64(0), cancel, values.All))
            {
                if (rule.Effect.Hides) effects.Hiding.TryAdd(id, rule.Id);
                if (rule.Effect.Severity is { } severity) effects.Ratings.TryAdd(id, new(rule.Id, severity));
            }
        }

        return effects;
    }

    /// <summary>The accounts that a rule is for, of those that its criteria name.</summary>
    private Task<List<(int Id, string Number)>> AccountsAsync(FindingFilterRule rule, CancellationToken cancel) =>
        Accounts.OfAsync(session, rule.Scope.Tenant, rule.Wide ? null : rule.Scope.Account, rule.Parsed.Texts.Where(t => t.Field == FindingText.Account).Select(t => t.Conditions), cancel);

    /// <summary>Brings one set after the rule; false when there is nothing more to do.</summary>
    private async Task<bool> StepAsync(FindingFilterRule rule, DateTimeOffset now, CancellationToken cancel)
    {
        var ids = await LeavingAsync(rule, cancel);
        if (ids.Count == 0 && rule.Effect is { Hides: true } or { Severity: not null })
        {
            var due = rule.Parsed with { ByRule = true, Due = rule.Effect };
            var page = await new FindingSearch(session).FindAsync(rule.Scope.OfTenant, new(rule.Wide ? null : rule.Scope.Account, due, FindingSort.None, false, null, SetSize), cancel);
            ids = [.. page.Findings.Select(f => f.Finding.Id)];
        }

        return ids.Count > 0 && await ChangeAsync(rule, ids, now, cancel) > 0;
    }

    /// <summary>Findings that the rule hides or rates and no longer should.</summary>
    private async Task<IReadOnlyList<long>> LeavingAsync(FindingFilterRule rule, CancellationToken cancel)
    {
        for (var last = 0L; ;)
        {
            // Two statements and no "or": each has an index of its own.
            var ruled = await session.QueryAsync($"""
                select id, max(hidden), max(severity) from (
                    select * from (select id, 1 as hidden, cast(null as smallint) as severity from finding where suppression = @rule and closed_ms is null and tenant = @tenant and id > @last order by id limit {SetSize}) as hidden
                    union all
                    select * from (select id, 0, severity from finding where rating = @rule and closed_ms is null and tenant = @tenant and id > @last order by id limit {SetSize}) as rated) as ruled
                group by id order by id limit {SetSize}
                """, r => (Id: r.Int64(0), Hidden: r.Int64(1) != 0, Severity: (FindingSeverity?)r.Int64OrNull(2)), cancel, ("rule", rule.Id), ("tenant", rule.Scope.Tenant), ("last", last));
            if (ruled.Count == 0) return [];
            last = ruled[^1].Id;
            var still = await RuledAsync([rule], [.. ruled.Select(r => r.Id)], cancel);
            var leaving = ruled.Where(r => (r.Hidden && !still.Hiding.ContainsKey(r.Id)) || (r.Severity is { } shown && (!still.Ratings.TryGetValue(r.Id, out var rating) || rating.Severity != shown))).Select(r => r.Id).ToArray();
            if (leaving.Length > 0) return leaving;
        }
    }

    private async Task<int> ChangeAsync(FindingFilterRule rule, IReadOnlyList<long> ids, DateTimeOffset now, CancellationToken cancel)
    {
        const string rules = $"select {FilterStore.Columns} from filter where (action = 2 or (severity is not null and action <> 3)) and tenant = @tenant and region = @region order by id";
        var all = await session.QueryAsync(rules, FilterStore.Read, cancel, ("tenant", rule.Scope.Tenant), ("region", rule.Scope.Region));
        var findings = await new FindingStore(session).OfIdsAsync(rule.Scope.OfTenant, ids, cancel);
        var ruled = await RuledAsync(all, ids, cancel);
        var changes = FindingState.Rule(findings, ruled.Of, now);
        return (await new FindingStore(session).WriteAsync(changes, cancel)).Count;
    }

    private Task<int> DoneAsync(FindingFilterRule rule, CancellationToken cancel) => rule.Action == FilterAction.Deleted
        ? session.ExecuteAsync("delete from filter where id = @id and action = 3", cancel, ("id", rule.Id))
        : session.ExecuteAsync("update filter set pending = 0 where id = @id and updated_ms = @updated", cancel, ("id", rule.Id), ("updated", rule.Updated.Milliseconds()));

    /// <summary>A rule whose time has come hides and rates nothing more: it goes on as a question that is kept.</summary>
    private async Task ExpireAsync(DateTimeOffset now, CancellationToken cancel)
    {
        const string due = """
            select filter.id, tag.value from filter join tag on tag.tenant = filter.tenant and tag.account = filter.account and tag.region = filter.region
            and tag.key = @key and tag.arn like '%/filter/' || filter.hex where filter.action = 2 or (filter.severity is not null and filter.action <> 3)
            """;
        var rules = await session.QueryAsync(due, r => (Id: r.Int64(0), Expires: r.GetString(1)), cancel, ("key", ExpiresTag));
        long[] over = [.. rules.Where(r => DateTimeOffset.TryParse(r.Expires, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end) && end <= now).Select(r => r.Id)];
        if (over.Length == 0) return;
        await session.ExecuteAsync("update filter set action = 1, severity = null, pending = 1, updated_ms = @now where id in (select id from @rows as given)", Rows.Of("id", over), cancel, ("now", now.Milliseconds()));
    }
}
