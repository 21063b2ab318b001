using System.Globalization;
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
/// the findings of few resources, window by window; or of few vulnerabilities, which lie in the order already; or from a walk along the key while it is dense; or, when that finds too
/// few, of a narrow range of another index. A sort by a value is the list of its values, each a search in the order of the key; sorts by time and score walk an index.</remarks>
public sealed class FindingSearch(Session session)
{
    /// <summary>How many rows are gathered and sorted at most, rather than walked over.</summary>
    private const int GatherLimit = 20_000;

    /// <summary>How many rows the first step of a walk passes over; each further one four times as many.</summary>
    private const int FirstStep = 4_000;
    private const int SetLimit = 5_000;

    /// <summary>An account with more of the asked resources than this is dense enough to be walked along.</summary>
    private const int ResourceLimit = 2_000;

    /// <summary>So few resources or vulnerabilities that their findings are better than any other way.</summary>
    private const int Handful = 50;
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

        /// <summary>The next findings of a segment in the order of the key: of the first account, which mostly fill the page, then of more and more accounts at once.</summary>
        private async Task<List<ListedFinding>> KeyOrderAsync(FindingSegment segment, FindingPosition? after, int limit)
        {
            var start = after is null ? 0 : accounts.FindIndex(a => a.Id == after.Account);
            if (start < 0) return [];
            if (segment.Criteria.Ids is not null)
            {
                var (filter, values) = Filter(segment, accounts);
                return filter.Never || filter.Ids is { Count: 0 } ? [] : await GatherAsync(filter, values, "finding", null, accounts, start, after, limit);
            }

            var found = new List<ListedFinding>();
            for (var (taken, size) = (start, 1); taken < accounts.Count && found.Count < limit; taken += size, size *= 4)
            {
                var some = accounts.GetRange(taken, Math.Min(size, accounts.Count - taken));
                found.AddRange(await OfAccountsAsync(segment, some, taken == start ? after : null, limit - found.Count));
            }

            return found;
        }

        private (FindingFilter Filter, SqlValues Values) Filter(FindingSegment segment, List<(int Id, string Number)> some)
        {
            var values = new SqlValues();
            var filter = new FindingFilter(segment.Criteria, scope, some, values);
            foreach (var condition in segment.Conditions(values)) filter.Add(condition);
            return (filter, values);
        }

        /// <param name="after">Where the page before ended, in the one account that is asked; null to begin.</param>
        private async Task<List<ListedFinding>> OfAccountsAsync(FindingSegment segment, List<(int Id, string Number)> some, FindingPosition? after, int limit)
        {
            var (filter, values) = Filter(segment, some);
            if (filter.Never) return [];
            if (some.Count > 1 && await WithResourcesAsync(filter, values, some) is { } holding)
            {
                if (holding.Count == 0) return [];
                some = [.. some.Where(a => holding.Contains(a.Id))];
                (filter, values) = Filter(segment, some);
            }

            var resources = await FewResourcesAsync(filter, values, ResourceLimit);
            if (resources is { Count: <= Handful }) return await OfResourcesAsync(resources, filter, values, some, after, limit);
            var vulnerabilities = await FewVulnerabilitiesAsync(filter, values);
            if (vulnerabilities is { Length: <= Handful }) return await AlongAsync(vulnerabilities, filter, values, some, after, limit);
            if (resources is not null)
            {
                return await NarrowRowsAsync(filter, values) is { } few ? await GatherAsync(filter, values, few, null, some, 0, after, limit) : await OfResourcesAsync(resources, filter, values, some, after, limit);
            }

            if (vulnerabilities is not null) return await AlongAsync(vulnerabilities, filter, values, some, after, limit);
            if (some.Count == 1) return await WalkAsync(filter, values, some[0].Id, after, limit);

            var found = new List<ListedFinding>();
            foreach (var account in some)
            {
                if (found.Count < limit) found.AddRange(await OfAccountsAsync(segment, [account], null, limit - found.Count));
            }

            return found;
        }

        /// <summary>The accounts with resources in all the sets; null when there are no sets.</summary>
        private async Task<HashSet<int>?> WithResourcesAsync(FindingFilter filter, SqlValues values, List<(int Id, string Number)> some)
        {
            if (filter.Resources.Count == 0) return null;
            var sets = filter.Resources.Select(set => $" and exists ({set} and x.account = account.id)");
            return [.. await session.QueryAsync($"select account.id from account where account.id in ({some.List()}){string.Concat(sets)}", r => r.Int32(0), cancel, values.All)];
        }

        /// <summary>The resources of the smallest of the sets, with their accounts; null when all are large.</summary>
        private async Task<List<(long Id, int Account)>?> FewResourcesAsync(FindingFilter filter, SqlValues values, int most)
        {
            var (least, fewest) = ((long)most + 1, "");
            foreach (var set in filter.Resources)
            {
                var count = await CountAsync(set, values, most);
                if (count < least) (least, fewest) = (count, set);
            }

            return least > most
                ? null
                : await session.QueryAsync($"select distinct resource.id, resource.account from ({fewest}) as d cross join resource where resource.id = d.id order by resource.id", r => (r.Int64(0), r.Int32(1)), cancel, values.All);
        }

        private async Task<string?> NarrowRowsAsync(FindingFilter filter, SqlValues values)
        {
            foreach (var rows in filter.Rows)
            {
                var narrow = $"select * from finding where {filter.Within} and {rows}";
                if (await CountAsync(narrow, values, GatherLimit) <= GatherLimit) return $"({narrow} limit {GatherLimit + 1}) as finding";
            }

            return null;
        }

        private long most = -1;

        /// <summary>The findings of some resources, account by account, window by window of the vulnerabilities' numbers: each resource's findings lie in that order, so a window costs one place in the index for each resource.</summary>
        private async Task<List<ListedFinding>> OfResourcesAsync(List<(long Id, int Account)> resources, FindingFilter filter, SqlValues values, List<(int Id, string Number)> some, FindingPosition? after, int limit)
        {
            var all = resources.Select(r => r.Id).ToArray();
            if (all.Length <= (some.Count == 1 ? Handful / 3 : Handful)) return await GatherAsync(filter, values, "@rows as given cross join finding", Rows.Of("id", all), some, 0, after, limit);
            if (most < 0) most = (await session.QueryAsync("select coalesce(max(id), 0) from vulnerability", r => r.Int64(0), cancel))[0];
            var found = new List<ListedFinding>();
            foreach (var account in some)
            {
                long[] own = [.. resources.Where(r => r.Account == account.Id).Select(r => r.Id)];
                if (found.Count >= limit || own.Length == 0) continue;
                var rows = Rows.Of("id", own);
                var keyed = after is null ? "" : $" and ({KeyOrder}) > {Key(after, values)}";
                for (var (last, width, end) = (after is { Kind: (int)FindingKind.Package } ? after.Fingerprint - 1 : -1, 1 + (most * limit / (64 * own.Length)), after is { Kind: > (int)FindingKind.Package }); !end && found.Count < limit; last += width, width *= 4)
                {
                    end = last + width >= most;
                    var window = string.Create(CultureInfo.InvariantCulture, $"+finding.kind = 1{(last < 0 ? "" : $" and finding.fingerprint > {last}")}{(end ? "" : $" and finding.fingerprint <= {last + width}")}");
                    found.AddRange(await OfRowsAsync(rows, $"{window}{keyed}{filter.Condition}", values, limit - found.Count));
                }

                var others = $"select 1 from finding where account = {account.Id} and region = {scope.Region} and kind > 1 limit 1";
                if (found.Count < limit && (await session.QueryAsync(others, r => r.Int32(0), cancel)).Count > 0) found.AddRange(await OfRowsAsync(rows, $"+finding.kind > 1{keyed}{filter.Condition}", values, limit - found.Count));
            }

            return found;
        }

        /// <summary>Resources are of one account, so the order of the key is theirs; the sign keeps the engine on the resources' index.</summary>
        private Task<List<ListedFinding>> OfRowsAsync(Rows rows, string where, SqlValues values, int limit) => session.QueryAsync(
            $"select {FindingStore.Listed} from @rows as given cross join finding where finding.resource = given.id and {where} order by {KeyOrder} limit {limit}", rows, FindingStore.ReadListed, cancel, values.All);

        private async Task<long[]?> FewVulnerabilitiesAsync(FindingFilter filter, SqlValues values)
        {
            long[]? best = null;
            foreach (var set in filter.Vulnerabilities)
            {
                var some = $"select d.id from ({set}) as d where d.id is not null";
                if (await CountAsync(some, values, 2 * SetLimit) > 2 * SetLimit) continue;
                long[] distinct = [.. (await session.QueryAsync(some, r => r.Int64(0), cancel, values.All)).Distinct().Order()];
                if (distinct.Length <= SetLimit && (best is null || distinct.Length < best.Length)) best = distinct;
            }

            return best;
        }

        private async Task<long> CountAsync(string rows, SqlValues values, int bound) =>
            (await session.QueryAsync($"select count(*) from (select 1 from ({rows}) as r limit {bound + 1}) as c", r => r.Int64(0), cancel, values.All))[0];

        /// <summary>Where the findings come from when few resources, vulnerabilities or rows hold all of them; null when none are few.</summary>
        private async Task<(string Sql, string Join, Rows Rows)?> NarrowAsync(FindingFilter filter, SqlValues values)
        {
            if (filter.Ids is { } ids) return ("@rows as given cross join finding", "finding.id = given.id", Rows.Of("id", ids));
            if (await FewResourcesAsync(filter, values, GatherLimit / 100) is { } resources) return ("@rows as given cross join finding", "finding.resource = given.id", Rows.Of("id", [.. resources.Select(r => r.Id)]));
            if (await FewVulnerabilitiesAsync(filter, values) is { } vulnerabilities)
            {
                var count = $"select count(*) from (select 1 from @rows as given cross join finding where {filter.Within} and finding.kind = 1 and finding.fingerprint = given.id limit {GatherLimit + 1}) as c";
                if ((await session.QueryAsync(count, Rows.Of("id", vulnerabilities), r => r.Int64(0), cancel))[0] <= GatherLimit)
                {
                    return ("@rows as given cross join finding", "finding.kind = 1 and finding.fingerprint = given.id", Rows.Of("id", vulnerabilities));
                }
            }

            return await NarrowRowsAsync(filter, values) is { } few ? (few, "1 = 1", Rows.Of("id", [])) : null;
        }

        private async Task<List<ListedFinding>> GatherAsync(FindingFilter filter, SqlValues values, string from, Rows? resources, List<(int Id, string Number)> some, int start, FindingPosition? after, int limit)
        {
            var more = resources is null ? "" : " and finding.resource = given.id";
            if (filter.Ids is { } ids) more = $" and finding.id in ({string.Join(", ", ids.Select(i => values.Add(i)))})";
            if (after is not null) more += $" and {Beyond(some, start, after, values)}";
            var within = resources is null ? $"{filter.Within}{filter.Condition}" : filter.Condition[" and ".Length..];
            var sql = $"select {FindingStore.Listed} from {from} where {within}{more} order by {AccountOrder(some)}, {KeyOrder} limit {limit}";
            return resources is null ? await session.QueryAsync(sql, FindingStore.ReadListed, cancel, values.All) : await session.QueryAsync(sql, resources, FindingStore.ReadListed, cancel, values.All);
        }

        /// <summary>The accounts after the one where the page before ended, and of that one what comes after the key.</summary>
        private static string Beyond(List<(int Id, string Number)> accounts, int start, FindingPosition after, SqlValues values)
        {
            var later = accounts.Skip(start + 1).Select(a => a.Id).ToArray();
            var here = $"finding.account = {accounts[start].Id} and ({KeyOrder}) > {Key(after, values)}";
            return later.Length == 0 ? here : $"(finding.account in ({string.Join(", ", later)}) or ({here}))";
        }

        private static string Key(FindingPosition after, SqlValues values) => $"({after.Kind}, {values.Add(after.Fingerprint)}, {values.Add(after.Resource)}, {after.Incarnation})";

        private static string AccountOrder(List<(int Id, string Number)> accounts) => accounts.Zip(accounts.Skip(1)).All(p => p.First.Id < p.Second.Id)
            ? "finding.account"
            : $"case finding.account {string.Concat(accounts.Select((a, i) => $"when {a.Id} then {i} "))}end";

        /// <summary>Along vulnerabilities in the order of their numbers, which is that of the key: one of the first account at first, then more and more at once.</summary>
        private async Task<List<ListedFinding>> AlongAsync(long[] vulnerabilities, FindingFilter filter, SqlValues values, List<(int Id, string Number)> some, FindingPosition? after, int limit)
        {
            var found = new List<ListedFinding>();
            var keyed = after is null ? null : $" and ({KeyOrder}) > {Key(after, values)}";
            var rest = after is null ? vulnerabilities : [.. vulnerabilities.Where(v => v >= after.Fingerprint && after.Kind <= (int)FindingKind.Package)];
            var pairs = some.SelectMany(a => rest, (a, v) => (Account: a.Id, Vulnerability: v)).ToArray();
            for (var (taken, size) = (0, 1); taken < pairs.Length && found.Count < limit; taken += size, size = Math.Min(size * 4, 4096))
            {
                var chunk = pairs[taken..Math.Min(taken + size, pairs.Length)];
                var (from, which) = chunk is [var one] ? ("", $"finding.account = {one.Account} and finding.fingerprint = {one.Vulnerability}") : ("@rows as given cross join ", "finding.account = given.account and finding.fingerprint = given.id");
                var order = chunk is [_] ? KeyOrder : $"{AccountOrder(some)}, {KeyOrder}";
                var sql = $"select {FindingStore.Listed} from {from}finding where finding.region = {scope.Region} and finding.kind = 1 and {which}{keyed}{filter.Condition} order by {order} limit {limit - found.Count}";
                found.AddRange(chunk is [_]
                    ? await session.QueryAsync(sql, FindingStore.ReadListed, cancel, values.All)
                    : await session.QueryAsync(sql, Rows.Of(chunk).Add("account", p => p.Account).Add("id", p => p.Vulnerability), FindingStore.ReadListed, cancel, values.All));
            }

            return found;
        }

        /// <summary>Along the account's key, so many rows a step; when the first step finds too little, what a narrow range of another index holds is gathered instead.</summary>
        private async Task<List<ListedFinding>> WalkAsync(FindingFilter filter, SqlValues values, int account, FindingPosition? after, int limit)
        {
            var found = new List<ListedFinding>();
            var from = after;
            for (var step = FirstStep; ; step = Math.Min(4 * step, 4_000_000))
            {
                var own = new List<(string, object?)> { ("key_kind", from?.Kind ?? -1), ("key_fingerprint", from?.Fingerprint ?? -1L), ("key_resource", from?.Resource ?? -1L), ("key_incarnation", from?.Incarnation ?? -1) };
                var rows = $"""
                    from finding where account = {account} and region = {scope.Region} and (kind, fingerprint, resource, incarnation) > (@key_kind, @key_fingerprint, @key_resource, @key_incarnation)
                    order by kind, fingerprint, resource, incarnation
                    """;
                var sql = $"select {FindingStore.Listed} from (select * {rows} limit {step}) as finding where finding.tenant = {scope.Tenant}{filter.Condition} order by {KeyOrder} limit {limit - found.Count}";
                found.AddRange(await session.QueryAsync(sql, FindingStore.ReadListed, cancel, [.. values.All, .. own]));
                if (found.Count >= limit) return found;

                var end = await session.QueryAsync($"select kind, fingerprint, resource, incarnation {rows} limit 1 offset {step - 1}",
                    r => new FindingPosition(null, null, account, r.Int32(0), r.Int64(1), r.Int64(2), r.Int32(3), 0, 0), cancel, [.. own]);
                if (end is not [var last]) return found;
                from = last;
                if (step == FirstStep && await NarrowRowsAsync(filter, values) is { } few)
                {
                    found.AddRange(await GatherAsync(filter, values, few, null, [(account, "")], 0, from, limit - found.Count));
                    return found;
                }
            }
        }
    }
}
