using Vidimus.Findings;
using Vidimus.Findings.Query;
using Vidimus.Storage.Search;

namespace Vidimus.Storage;

/// <summary>What to find.</summary>
/// <param name="Account">One account; null for all of the tenant.</param>
/// <param name="After">Null for the first page.</param>
public sealed record FindingSearchQuery(int? Account, FindingCriteria Criteria, FindingSort Sort, bool Descending, FindingPosition? After, int Limit);

/// <param name="Next">Null after the last page.</param>
public sealed record FindingPage(IReadOnlyList<ListedFinding> Findings, FindingPosition? Next);

/// <summary>Finds findings by all that is known of them, a page at any depth at the price of the first.</summary>
/// <remarks>The program chooses the way, not the engine's planner. A page in the order of the key (account, kind, vulnerability, resource) comes from
/// the findings of few resources, gathered and sorted; or of few vulnerabilities, which lie in the order already; or from a walk along the key while it is dense; or, when that finds too
/// few, of a narrow range of another index. A sort by a value is the list of its values, each a search in the order of the key; sorts by time and score walk an index.</remarks>
public sealed class FindingSearch(Session session)
{
    /// <summary>How many rows are gathered and sorted at most, rather than walked over.</summary>
    private const int GatherLimit = 20_000;

    /// <summary>How many rows the first step of a walk passes over; each further one four times as many.</summary>
    private const int FirstStep = 4_000;
    private const int SetLimit = 5_000;
    private const string KeyOrder = "finding.kind, finding.fingerprint, finding.resource, finding.incarnation";

    /// <summary>How long a search may take.</summary>
    public static TimeSpan TimeLimit { get; } = TimeSpan.FromSeconds(5);

    /// <exception cref="QueryTooLongException">It would take longer than <see cref="TimeLimit"/>.</exception>
    public async Task<FindingPage> PageAsync(TenantScope scope, FindingSearchQuery query, CancellationToken cancel)
    {
        await session.LimitAsync(TimeLimit, true, cancel);
        return await FindAsync(scope, query, cancel);
    }

    /// <summary>As <see cref="PageAsync"/>, without a limit of time.</summary>
    internal async Task<FindingPage> FindAsync(TenantScope scope, FindingSearchQuery query, CancellationToken cancel)
    {
        var accounts = await AccountsAsync(scope, query.Account, query.Criteria, cancel);
        if (query is { Sort: FindingSort.Account, Descending: true }) accounts.Sort((a, b) => string.CompareOrdinal(b.Number, a.Number));
        else if (query.Sort == FindingSort.Account) accounts.Sort((a, b) => string.CompareOrdinal(a.Number, b.Number));

        // One more than asked for says whether there is a next page.
        var search = new Run(session, scope, query, accounts, cancel);
        var found = query.Sort is FindingSort.FirstObserved or FindingSort.LastObserved or FindingSort.Score ? await search.IndexedAsync(query.Limit + 1) : await search.SegmentedAsync(query.Limit + 1);
        return found.Count <= query.Limit
            ? new([.. found.Select(f => f.Finding)], null)
            : new([.. found.Take(query.Limit).Select(f => f.Finding)], found[query.Limit - 1].Position);
    }

    private Task<List<(int Id, string Number)>> AccountsAsync(TenantScope scope, int? account, FindingCriteria criteria, CancellationToken cancel) =>
        Accounts.OfAsync(session, scope.Tenant, account, criteria.Texts.Where(t => t.Field == FindingText.Account).Select(t => t.Conditions), cancel);

    /// <summary>One page's search.</summary>
    private sealed class Run(Session session, TenantScope scope, FindingSearchQuery query, List<(int Id, string Number)> accounts, CancellationToken cancel)
    {
        public async Task<List<(ListedFinding Finding, FindingPosition Position)>> SegmentedAsync(int limit)
        {
            var found = new List<(ListedFinding, FindingPosition)>();
            var after = query.After;
            await foreach (var segment in new FindingSegments(session, scope, accounts, query).EnumerateAsync(cancel))
            {
                var findings = await KeyOrderAsync(segment, after, limit - found.Count);
                found.AddRange(findings.Select(f => (f, new FindingPosition(segment.Text, segment.Number, f.Scope.Account, (int)f.Finding.Key.Kind, f.Finding.Key.Fingerprint, f.Finding.Key.Resource, f.Finding.Incarnation, 0, 0))));
                if (found.Count >= limit) break;
                after = null;
            }

            return found;
        }

        /// <summary>A sort by a column: each account's index gives the first of its own, and they are put together.</summary>
        public async Task<List<(ListedFinding Finding, FindingPosition Position)>> IndexedAsync(int limit)
        {
            var column = query.Sort switch { FindingSort.FirstObserved => "finding.first_ms", FindingSort.LastObserved => "finding.updated_ms", _ => "finding.score" };
            var (way, beyond) = query.Descending ? ("desc", "<") : ("asc", ">");
            var values = new SqlValues();
            var filter = new FindingFilter(query.Criteria, scope, accounts, values);
            if (filter.Never) return [];
            if (query.After is { } after) filter.Add($"({column}, finding.id) {beyond} ({values.Add(after.Value)}, {values.Add(after.Id)})");
            var order = $"{column} {way}, finding.id {way}";

            List<ListedFinding> findings;
            if (await NarrowAsync(filter, values) is { } from)
            {
                findings = await session.QueryAsync($"select {FindingStore.Listed} from {from.Sql} where {from.Join} and {filter.Within}{filter.Condition} order by {order} limit {limit}", from.Rows, FindingStore.ReadListed, cancel, values.All);
            }
            else
            {
                findings = [];
                foreach (var some in accounts.Chunk(100))
                {
                    var walks = some.Select(a => $"""
                        select * from (select {FindingStore.Listed}, {column} as sorted from finding where finding.account = {a.Id} and finding.region = {scope.Region}{filter.Condition}
                        order by {order} limit {limit}) as walk_{a.Id}
                        """);
                    findings.AddRange(await session.QueryAsync($"{string.Join(" union all ", walks)} order by sorted {way}, id {way} limit {limit}", FindingStore.ReadListed, cancel, values.All));
                }

                if (accounts.Count > 100)
                {
                    var sorted = query.Descending ? findings.OrderByDescending(f => Value(f.Finding)).ThenByDescending(f => f.Finding.Id) : findings.OrderBy(f => Value(f.Finding)).ThenBy(f => f.Finding.Id);
                    findings = [.. sorted.Take(limit)];
                }
            }

            return [.. findings.Select(f => (f, new FindingPosition(null, null, 0, 0, 0, 0, 0, Value(f.Finding), f.Finding.Id)))];
        }

        private long Value(Finding finding) => query.Sort switch
        {
            FindingSort.FirstObserved => finding.FirstObserved.Milliseconds(),
            FindingSort.LastObserved => finding.Updated.Milliseconds(),
            _ => FindingStore.ScoreOf(finding.Facts.Score),
        };

        /// <summary>The next findings of a segment in the order of the key.</summary>
        private async Task<List<ListedFinding>> KeyOrderAsync(FindingSegment segment, FindingPosition? after, int limit)
        {
            var values = new SqlValues();
            var filter = new FindingFilter(segment.Criteria, scope, accounts, values);
            foreach (var condition in segment.Conditions(values)) filter.Add(condition);
            if (filter.Never || filter.Ids is { Count: 0 }) return [];

            var start = after is null ? 0 : accounts.FindIndex(a => a.Id == after.Account);
            if (start < 0) return [];
            if (await WithResourcesAsync(filter, values) is { } holding) without = [.. accounts.Select(a => a.Id).Except(holding)];
            if (filter.Ids is not null || await FewResourcesAsync(filter, values)) return await GatherAsync(filter, values, filter.Ids is null ? null : "finding", start, after, limit);
            if (await FewVulnerabilitiesAsync(filter, values) is { } vulnerabilities) return await AlongAsync(vulnerabilities, filter, values, start, after, limit);

            var found = await WalkAsync(filter, values, start, after, limit, FirstStep, 1);
            if (found.Complete) return found.Findings;
            foreach (var rows in filter.Rows)
            {
                if (await CountAsync($"select 1 from finding where {filter.Within} and {rows}", values) <= GatherLimit)
                {
                    return await GatherAsync(filter, values, $"(select * from finding where {filter.Within} and {rows} limit {GatherLimit + 1}) as finding", start, after, limit);
                }
            }

            return (await WalkAsync(filter, values, start, after, limit, 4 * FirstStep, int.MaxValue)).Findings;
        }

        private string? fewest;

        /// <summary>Accounts that need no walk.</summary>
        private HashSet<int> without = [];

        /// <summary>The accounts with resources in all the sets; null when there are no sets.</summary>
        private async Task<List<int>?> WithResourcesAsync(FindingFilter filter, SqlValues values)
        {
            if (filter.Resources.Count == 0 || accounts.Count == 1) return null;
            var sets = filter.Resources.Select(set => $" and exists ({set} and x.account = account.id)");
            return await session.QueryAsync($"select account.id from account where account.id in ({accounts.List()}){string.Concat(sets)}", r => r.Int32(0), cancel, values.All);
        }

        /// <summary>Whether one of the sets of resources has few findings; keeps the set with the fewest.</summary>
        private async Task<bool> FewResourcesAsync(FindingFilter filter, SqlValues values)
        {
            var least = GatherLimit + 1L;
            foreach (var set in filter.Resources)
            {
                var count = await CountAsync($"select 1 from (select distinct d.id from ({set} limit {2 * SetLimit}) as d) as s cross join finding where finding.resource = s.id", values);
                if (count < least && await CountAsync(set, values) < 2 * SetLimit) (least, fewest) = (count, set);
            }

            return least <= GatherLimit;
        }

        private async Task<long[]?> FewVulnerabilitiesAsync(FindingFilter filter, SqlValues values)
        {
            long[]? best = null;
            foreach (var set in filter.Vulnerabilities)
            {
                var ids = await session.QueryAsync($"select d.id from ({set}) as d where d.id is not null limit {4 * SetLimit + 1}", r => r.Int64(0), cancel, values.All);
                if (ids.Count > 4 * SetLimit) continue;
                long[] distinct = [.. ids.Distinct().Order()];
                if (distinct.Length <= SetLimit && (best is null || distinct.Length < best.Length)) best = distinct;
            }

            return best;
        }

        private async Task<long> CountAsync(string rows, SqlValues values) =>
            (await session.QueryAsync($"select count(*) from (select 1 from ({rows}) as r limit {GatherLimit + 1}) as c", r => r.Int64(0), cancel, values.All))[0];

        /// <summary>Where the findings come from when few resources, vulnerabilities or rows hold all of them; null when none are few.</summary>
        private async Task<(string Sql, string Join, Rows Rows)?> NarrowAsync(FindingFilter filter, SqlValues values)
        {
            if (filter.Ids is { } ids) return ("@rows as given cross join finding", "finding.id = given.id", Rows.Of("id", ids));
            if (await FewResourcesAsync(filter, values)) return ($"(select distinct d.id from ({fewest}) as d) as s cross join finding", "finding.resource = s.id", Rows.Of("id", []));
            if (await FewVulnerabilitiesAsync(filter, values) is { } vulnerabilities)
            {
                var count = $"select count(*) from (select 1 from @rows as given cross join finding where {filter.Within} and finding.kind = 1 and finding.fingerprint = given.id limit {GatherLimit + 1}) as c";
                if ((await session.QueryAsync(count, Rows.Of("id", vulnerabilities), r => r.Int64(0), cancel))[0] <= GatherLimit)
                {
                    return ("@rows as given cross join finding", "finding.kind = 1 and finding.fingerprint = given.id", Rows.Of("id", vulnerabilities));
                }
            }

            foreach (var rows in filter.Rows)
            {
                var few = $"select * from finding where {filter.Within} and {rows}";
                if (await CountAsync(few, values) <= GatherLimit) return ($"({few} limit {GatherLimit + 1}) as finding", "1 = 1", Rows.Of("id", []));
            }

            return null;
        }

        private async Task<List<ListedFinding>> GatherAsync(FindingFilter filter, SqlValues values, string? from, int start, FindingPosition? after, int limit)
        {
            var more = "";
            if (filter.Ids is { } ids) more = $" and finding.id in ({string.Join(", ", ids.Select(i => values.Add(i)))})";
            from ??= $"(select distinct d.id from ({fewest}) as d) as s cross join finding";
            if (fewest is not null && from.StartsWith("(select distinct", StringComparison.Ordinal)) more += " and finding.resource = s.id";
            if (after is not null) more += $" and {Beyond(start, after, values)}";
            var sql = $"select {FindingStore.Listed} from {from} where {filter.Within}{filter.Condition}{more} order by {AccountOrder()}, {KeyOrder} limit {limit}";
            return await session.QueryAsync(sql, FindingStore.ReadListed, cancel, values.All);
        }

        /// <summary>The accounts after the one where the page before ended, and of that one what comes after the key.</summary>
        private string Beyond(int start, FindingPosition after, SqlValues values)
        {
            var later = accounts.Skip(start + 1).Select(a => a.Id).ToArray();
            var here = $"finding.account = {accounts[start].Id} and ({KeyOrder}) > {Key(after, values)}";
            return later.Length == 0 ? here : $"(finding.account in ({string.Join(", ", later)}) or ({here}))";
        }

        private static string Key(FindingPosition after, SqlValues values) => $"({after.Kind}, {values.Add(after.Fingerprint)}, {values.Add(after.Resource)}, {after.Incarnation})";

        private string AccountOrder() => accounts.Zip(accounts.Skip(1)).All(p => p.First.Id < p.Second.Id)
            ? "finding.account"
            : $"case finding.account {string.Concat(accounts.Select((a, i) => $"when {a.Id} then {i} "))}end";

        /// <summary>Along vulnerabilities in the order of their numbers, which is that of the key: one at first, then more and more at once.</summary>
        private async Task<List<ListedFinding>> AlongAsync(long[] vulnerabilities, FindingFilter filter, SqlValues values, int start, FindingPosition? after, int limit)
        {
            var found = new List<ListedFinding>();
            var keyed = after is null ? null : $" and ({KeyOrder}) > {Key(after, values)}";
            for (var i = start; i < accounts.Count && found.Count < limit; i++)
            {
                if (without.Contains(accounts[i].Id)) continue;
                var here = i == start ? keyed : null;
                var rest = here is null ? vulnerabilities : [.. vulnerabilities.Where(v => v >= after!.Fingerprint || after.Kind > (int)FindingKind.Package)];
                for (var (taken, size) = (0, 1); taken < rest.Length && found.Count < limit; taken += size, size = Math.Min(size * 4, 1024))
                {
                    var some = Rows.Of("id", rest[taken..Math.Min(taken + size, rest.Length)]);
                    var where = some.Count == 1 ? $"finding.fingerprint = {rest[taken]}" : "finding.fingerprint = given.id";
                    var sql = $"""
                        select {FindingStore.Listed} from {(some.Count == 1 ? "" : "@rows as given cross join ")}finding
                        where finding.account = {accounts[i].Id} and finding.region = {scope.Region} and finding.kind = 1 and {where}{here}{filter.Condition} order by {KeyOrder} limit {limit - found.Count}
                        """;
                    found.AddRange(some.Count == 1 ? await session.QueryAsync(sql, FindingStore.ReadListed, cancel, values.All) : await session.QueryAsync(sql, some, FindingStore.ReadListed, cancel, values.All));
                }
            }

            return found;
        }

        /// <summary>Along the key, so many rows a step.</summary>
        /// <param name="steps">After how many steps it gives up.</param>
        private async Task<(List<ListedFinding> Findings, bool Complete)> WalkAsync(FindingFilter filter, SqlValues values, int start, FindingPosition? after, int limit, int step, int steps)
        {
            var found = new List<ListedFinding>();
            for (var i = start; i < accounts.Count && found.Count < limit; i++)
            {
                if (without.Contains(accounts[i].Id)) continue;
                var from = i == start ? after : null;
                while (found.Count < limit)
                {
                    if (steps-- <= 0) return (found, false);
                    var own = new List<(string, object?)> { ("key_kind", from?.Kind ?? -1), ("key_fingerprint", from?.Fingerprint ?? -1L), ("key_resource", from?.Resource ?? -1L), ("key_incarnation", from?.Incarnation ?? -1) };
                    var rows = $"""
                        from finding where account = {accounts[i].Id} and region = {scope.Region} and (kind, fingerprint, resource, incarnation) > (@key_kind, @key_fingerprint, @key_resource, @key_incarnation)
                        order by kind, fingerprint, resource, incarnation
                        """;
                    var sql = $"select {FindingStore.Listed} from (select * {rows} limit {step}) as finding where finding.tenant = {scope.Tenant}{filter.Condition} order by {KeyOrder} limit {limit - found.Count}";
                    found.AddRange(await session.QueryAsync(sql, FindingStore.ReadListed, cancel, [.. values.All, .. own]));
                    if (found.Count >= limit) break;

                    var end = await session.QueryAsync($"select kind, fingerprint, resource, incarnation {rows} limit 1 offset {step - 1}",
                        r => new FindingPosition(null, null, 0, r.Int32(0), r.Int64(1), r.Int64(2), r.Int32(3), 0, 0), cancel, [.. own]);
                    if (end is not [var last]) break;
                    from = last;
                    step = Math.Min(4 * step, 4_000_000);
                }
            }

            return (found, true);
        }
    }
}
