using System.Globalization;
using Vidimus.Findings;
using Vidimus.Findings.Query;

namespace Vidimus.Storage.Search;

/// <summary>Which groups have the highest counts, read from the ends of an index and not from all groups.</summary>
/// <remarks>A group's count is the sum over resource types and severities, each of which is a list in the order of its counts. What is in none of the lists read so far has at most the sum
/// of their last counts; so once the page's last group has more than that, and more than what was read and not yet summed may have, no other group belongs on the page. This is Fagin's threshold algorithm.</remarks>
internal sealed class CounterTops(Session session, TenantScope scope, IReadOnlyList<int> accounts, CounterDimension first, IReadOnlyList<int> types, IReadOnlyList<FindingSeverity> sortedBy)
{
    /// <summary>How long lists get before reading everything is no dearer.</summary>
    private const int Longest = 20_000;

    /// <summary>Of <see cref="CounterDimension.Layer"/>: a resource's subjects begin at so many times its number.</summary>
    public const long LayerSpan = 1L << 31;

    /// <summary>Lists that one statement reads.</summary>
    private const int ListsAtOnce = 100;

    /// <summary>The first groups, most first, then by account and subject; null when the ends of the lists don't say which they are.</summary>
    public async Task<List<CounterSum>?> FirstAsync(int count, CancellationToken cancel)
    {
        var lists = await ListsAsync(cancel);
        if (lists.Count == 0) return [];
        var pending = await PendingAsync(lists, cancel);
        if (sortedBy.Count == 1 && lists.DistinctBy(l => l.Account).Count() == lists.Count) return await OfSingleListsAsync(count, lists, pending, cancel);
        for (var length = 2 * count; length <= Longest; length *= 8)
        {
            var (highest, beyond) = await AtMostAsync(lists, length, pending, cancel);
            var candidates = highest.OrderByDescending(h => h.Value).ToArray();
            var summed = await SumAsync([.. candidates.Take(length).Select(c => c.Key)], lists, pending, cancel);
            var rest = Math.Max(beyond, candidates.Length > length ? candidates[length].Value : 0);
            CounterSum[] ordered = [.. summed.Where(s => s.All > 0).OrderByDescending(Sorted).ThenBy(s => s.Account).ThenBy(s => s.Subject).Take(count)];
            if (ordered.Length == count && Sorted(ordered[^1]) > rest) return [.. ordered];
        }

        return null;
    }

    /// <summary>Where an account's groups are one list, its beginning is the answer: what has the same count is in the order of subjects there. Only what is not in the sums yet may be elsewhere than the list says.</summary>
    private async Task<List<CounterSum>?> OfSingleListsAsync(int count, List<(int Account, int Dimension)> lists, Dictionary<(int Account, long Subject), CounterSum> pending, CancellationToken cancel)
    {
        if (pending.Count > Longest) return null;
        var (highest, _) = await AtMostAsync(lists, count + pending.Count, pending, cancel);
        var summed = await SumAsync([.. highest.Keys], lists, pending, cancel);
        CounterSum[] ordered = [.. summed.Where(s => Sorted(s) > 0).OrderByDescending(Sorted).ThenBy(s => s.Account).ThenBy(s => s.Subject).Take(count)];
        return ordered.Length == count ? [.. ordered] : null;
    }

    private long Sorted(CounterSum sum) => sortedBy switch { [FindingSeverity.Critical] => sum.Critical, [FindingSeverity.High] => sum.High, _ => sum.All };

    /// <summary>The account and dimension of each list: the types that an account has.</summary>
    private async Task<List<(int Account, int Dimension)>> ListsAsync(CancellationToken cancel)
    {
        if (first < CounterDimension.Evidence && types.Count == 0) return [.. accounts.Select(a => (a, (int)first))];
        var where = $"tenant = {Text(scope.Tenant)} and account in ({In(accounts)}) and region = {Text(scope.Region)} and dimension between {(int)CounterDimension.Fix} and {(int)CounterDimension.Fix + 99}";
        var found = await session.QueryAsync($"select account, dimension from counter where {where} union select account, dimension from counter_change where {where}",
            r => (Account: r.Int32(0), Type: r.Int32(1) - (int)CounterDimension.Fix), cancel);
        var asked = found.Where(f => types.Count == 0 || types.Contains(f.Type));
        return [.. first < CounterDimension.Evidence ? asked.Select(f => (f.Account, (int)first)).Distinct() : asked.Select(f => (f.Account, (int)first + f.Type))];
    }

    /// <summary>What must hold of a counter's resource; empty when nothing must.</summary>
    private string Asked
    {
        get
        {
            var resource = first == CounterDimension.Layer ? $"counter.subject / {LayerSpan.ToString(CultureInfo.InvariantCulture)}" : "counter.subject";
            var typed = first < CounterDimension.Evidence && types.Count > 0 ? $" and {SqlText.Exists($"select 1 from resource where resource.id = {resource} and resource.type in ({In(types)})")}" : "";
            var named = first == CounterDimension.Layer ? $" and {SqlText.Exists($"select 1 from resource_fact x where x.resource = {resource} and x.fact = {(int)ResourceFact.Repository}")}" : "";
            return typed + named;
        }
    }

    /// <summary>What is not in the sums yet.</summary>
    private async Task<Dictionary<(int Account, long Subject), CounterSum>> PendingAsync(List<(int Account, int Dimension)> lists, CancellationToken cancel)
    {
        var sql = $"""
            select account, subject, {AggregationStore.Sums} from counter_change as counter
            where tenant = {Text(scope.Tenant)} and account in ({In(accounts)}) and region = {Text(scope.Region)} and dimension in ({In(lists.Select(l => l.Dimension).Distinct())}){Asked} group by account, subject
            """;
        return (await session.QueryAsync(sql, Read, cancel)).ToDictionary(f => (f.Account, f.Subject));
    }

    /// <summary>The most that each group near the ends of the lists may have, and the most that any other may.</summary>
    private async Task<(Dictionary<(int Account, long Subject), long> Highest, long Beyond)> AtMostAsync(
        List<(int Account, int Dimension)> lists, int length, Dictionary<(int Account, long Subject), CounterSum> pending, CancellationToken cancel)
    {
        var all = lists.SelectMany(l => sortedBy, (l, severity) => (l.Account, l.Dimension, Severity: (int)severity)).ToArray();
        var read = new Dictionary<(int Account, int Dimension, int Severity), List<(long Subject, long N)>>();
        foreach (var some in all.Chunk(ListsAtOnce))
        {
            var selects = some.Select((l, i) => $"select * from ({Select(l, length)}) as list_{Text(i)}");
            foreach (var row in await session.QueryAsync(string.Join(" union all ", selects), r => (List: (r.Int32(0), r.Int32(1), r.Int32(2)), Subject: r.Int64(3), N: r.Int64(4)), cancel))
            {
                if (!read.TryGetValue(row.List, out var list)) read[row.List] = list = [];
                list.Add((row.Subject, row.N));
            }
        }

        // What a list has after its end: nothing, or no more than its last.
        var after = read.ToDictionary(l => l.Key, l => l.Value.Count < length ? 0 : l.Value.Min(row => row.N));
        var beyond = after.GroupBy(a => a.Key.Account).ToDictionary(g => g.Key, g => g.Sum(a => a.Value));
        var highest = new Dictionary<(int, long), long>();
        foreach (var (list, rows) in read)
        {
            foreach (var (subject, n) in rows) highest[(list.Account, subject)] = highest.GetValueOrDefault((list.Account, subject), beyond[list.Account]) + n - after[list];
        }

        foreach (var (group, more) in pending) highest[group] = highest.GetValueOrDefault(group, beyond.GetValueOrDefault(group.Account)) + Math.Max(0, Sorted(more));
        return (highest, beyond.Values.DefaultIfEmpty().Max());
    }

    private string Select((int Account, int Dimension, int Severity) list, int length)
    {
        return string.Create(CultureInfo.InvariantCulture, $"""
            select counter.account, counter.dimension, counter.severity, counter.subject, counter.n from counter
            where counter.account = {list.Account} and counter.region = {scope.Region} and counter.dimension = {list.Dimension} and counter.severity = {list.Severity} and counter.n > 0{Asked}
            order by counter.n desc, counter.subject limit {length}
            """);
    }

    private async Task<List<CounterSum>> SumAsync((int Account, long Subject)[] groups, List<(int Account, int Dimension)> lists, Dictionary<(int Account, long Subject), CounterSum> pending, CancellationToken cancel)
    {
        var sql = $"""
            select counter.account, counter.subject, {AggregationStore.Sums} from @rows as given cross join counter
            where counter.tenant = {Text(scope.Tenant)} and counter.account = given.account and counter.region = {Text(scope.Region)} and counter.dimension in ({In(lists.Select(l => l.Dimension).Distinct())})
            and counter.subject = given.subject group by counter.account, counter.subject
            """;
        var rows = Rows.Of(groups).Add("account", g => g.Account).Add("subject", g => g.Subject);
        var sums = (await session.QueryAsync(sql, rows, Read, cancel)).ToDictionary(s => (s.Account, s.Subject));
        return [.. groups.Select(g => sums.GetValueOrDefault(g, new(g.Account, g.Subject, 0, 0, 0, 0)).Plus(pending.GetValueOrDefault(g)))];
    }

    private static CounterSum Read(System.Data.Common.DbDataReader r) => new(r.Int32(0), r.Int64(1), r.Int64(2), r.Int64(3), r.Int64(4), r.Int64(5));

    private static string In(IEnumerable<int> numbers) => string.Join(", ", numbers.Select(n => Text(n)).DefaultIfEmpty("-1"));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The count of one subject of an account.</summary>
internal sealed record CounterSum(int Account, long Subject, long All, long Critical, long High, long Medium)
{
    public CounterSum Plus(CounterSum? more) => more is null ? this : this with { All = All + more.All, Critical = Critical + more.Critical, High = High + more.High, Medium = Medium + more.Medium };
}
