using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Vidimus.Api.Inspector2.FindingWire;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Findings;
using Vidimus.Findings.Query;
using Vidimus.Storage;

namespace Vidimus.Bench.Fleet;

/// <summary>Asks all queries as ListFindings does, from the parsed request to the findings on the wire, and prints what each class costs.</summary>
internal sealed class Runner(IDatabase database, string target)
{
    private const int Times = 20;

    public async Task RunAsync(string file)
    {
        IdentityKey identity;
        Scope scope;
        await using (var session = await database.WriteAsync(default))
        {
            identity = await new TenantStore(session).IdentityAsync(default);
            scope = await new TenantStore(session).FindAsync(FleetPlan.Number(0), FleetPlan.Region, default) ?? throw new InvalidOperationException("load the fleet first");
            await session.CommitAsync(default);
        }

        await SizesAsync();
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(file));
        var classes = new SortedDictionary<string, List<double>>(StringComparer.Ordinal);
        foreach (var query in document.RootElement.EnumerateArray())
        {
            var name = query.GetProperty("name").GetString()!;
            var text = query.GetProperty("request").GetRawText();
            var request = ShapeText.Read<ListFindingsRequest>(text);
            int? account = query.TryGetProperty("account", out var member) && member.GetBoolean() ? scope.Account : null;
            var sort = request.SortCriteria is { Field: { } field } ? CriteriaWire.ToSort(field) : FindingSort.None;
            var asked = new FindingSearchQuery(account, request.FilterCriteria.ToCriteria(identity, FleetPlan.Region), sort, request.SortCriteria?.SortOrder == SortOrder.Desc, null, request.MaxResults ?? 100);
            if (query.TryGetProperty("depth", out var depth)) asked = asked with { After = await DepthAsync(scope, asked, depth.GetString()!) };

            var (times, rows, processor) = (new List<double>(), 0, Environment.CpuUsage.TotalTime);
            try
            {
                for (var i = 0; i < Times + 1; i++)
                {
                    var clock = Stopwatch.StartNew();
                    await using var session = await database.ReadAsync(default);
                    var page = await new FindingSearch(session).PageAsync(scope.OfTenant, asked, default);
                    var contents = await new FindingStore(session).ContentsAsync(scope.OfTenant, page.Findings, default);
                    rows = contents.Select(c => c.ToWire(identity)).Count();
                    if (i > 0) times.Add(clock.Elapsed.TotalMilliseconds);
                    if (clock.Elapsed > TimeSpan.FromSeconds(2)) break;
                }
            }
            catch (QueryTooLongException)
            {
                times.Add(FindingSearch.TimeLimit.TotalMilliseconds);
            }

            times.Sort();
            if (times.Count == 0) times.Add(2000);
            processor = Environment.CpuUsage.TotalTime - processor;
            Print(name, times, string.Create(CultureInfo.InvariantCulture, $"{rows} rows, {processor.TotalMilliseconds / (times.Count + 1):f1} ms of this process's processor time each"));
            var of = query.GetProperty("class").GetString()!;
            if (!classes.TryGetValue(of, out var all)) classes[of] = all = [];
            all.AddRange(times);
        }

        await AggregationsAsync(scope, classes);
        Console.WriteLine("class");
        foreach (var (of, times) in classes)
        {
            times.Sort();
            Print(of, times, $"{times.Count} measured");
        }
    }

    private static void Print(string name, List<double> sorted, string more) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"  {name,-56} p50 {sorted[sorted.Count / 2],8:f2} ms  p99 {sorted[Math.Min(sorted.Count - 1, sorted.Count * 99 / 100)],8:f2} ms  {more}"));

    /// <summary>Where the page before the 1,000th, or the last, ends: found once, not measured.</summary>
    private async Task<FindingPosition?> DepthAsync(Scope scope, FindingSearchQuery query, string depth)
    {
        await using var session = await database.ReadAsync(default);
        if (depth == "1000")
        {
            for (var page = 0; page < 999; page += 27)
            {
                await using var some = await database.ReadAsync(default);
                query = query with { After = (await new FindingSearch(some).PageAsync(scope.OfTenant, query with { Limit = 2_700 }, default)).Next };
            }

            return query.After;
        }

        var column = query.Sort switch { FindingSort.FirstObserved => "first_ms", FindingSort.LastObserved => "updated_ms", FindingSort.Score => "score", _ => null };
        if (column is null)
        {
            const string last = "select account, kind, fingerprint, resource, incarnation from finding where account = (select max(id) from account) order by account desc, region desc, kind desc, fingerprint desc, resource desc limit 1 offset 100";
            return (await session.QueryAsync(last, r => new FindingPosition(null, null, Convert.ToInt32(r.GetValue(0), CultureInfo.InvariantCulture), Convert.ToInt32(r.GetValue(1), CultureInfo.InvariantCulture),
                Convert.ToInt64(r.GetValue(2), CultureInfo.InvariantCulture), Convert.ToInt64(r.GetValue(3), CultureInfo.InvariantCulture), Convert.ToInt32(r.GetValue(4), CultureInfo.InvariantCulture), 0, 0), default))[0];
        }

        var way = query.Descending ? "asc" : "desc";
        return (await session.QueryAsync($"select {column}, id from finding order by {column} {way}, id {way} limit 1 offset 100",
            r => new FindingPosition(null, null, 0, 0, 0, 0, 0, Convert.ToInt64(r.GetValue(0), CultureInfo.InvariantCulture), r.GetInt64(1)), default))[0];
    }

    private async Task AggregationsAsync(Scope scope, SortedDictionary<string, List<double>> classes)
    {
        foreach (var type in AggregationType.Values)
        {
            foreach (var account in new int?[] { null, scope.Account })
            {
                if (AggregationWire.ToQuery(new() { AggregationType = type }, account, 0, 101) is not { } query) continue;
                var times = new List<double>();
                for (var i = 0; i < 6; i++)
                {
                    var clock = Stopwatch.StartNew();
                    try
                    {
                        await using var session = await database.ReadAsync(default);
                        await new AggregationStore(session).ListAsync(scope.OfTenant, query, default);
                    }
                    catch (QueryTooLongException)
                    {
                        times.Add(FindingSearch.TimeLimit.TotalMilliseconds);
                        break;
                    }

                    if (i > 0) times.Add(clock.Elapsed.TotalMilliseconds);
                }

                times.Sort();
                Print($"aggregation {type}{(account is null ? ", all accounts" : ", one account")}", times, "");
                var of = account is null ? "aggregation, all accounts" : "aggregation, one account";
                if (!classes.TryGetValue(of, out var all)) classes[of] = all = [];
                all.AddRange(times);
            }
        }
    }

    private async Task SizesAsync()
    {
        await using var session = await database.ReadAsync(default);
        var count = (await session.QueryAsync("select count(*) from finding", r => r.GetInt64(0), default))[0];
        var (table, whole) = session.Engine == Engine.Postgres
            ? ((await session.QueryAsync("select pg_total_relation_size('finding')", r => r.GetInt64(0), default))[0], (await session.QueryAsync("select pg_database_size(current_database())", r => r.GetInt64(0), default))[0])
            : (0, new FileInfo(target).Length);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count:n0} findings; {(table > 0 ? $"table and indexes {table / (double)count:f0} bytes a finding, " : "")}whole store {whole / (double)count:f0} bytes a finding"));
    }
}
