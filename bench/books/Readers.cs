using System.Diagnostics;
using System.Globalization;
using Vidimus.Findings;
using Vidimus.Findings.Query;
using Vidimus.Storage;

namespace Vidimus.Bench.Books;

/// <summary>What those who list findings wait, while something else goes on: pages of 100 with all that is shown of them, one after the other, from a page of the gravest to one far behind.</summary>
internal static class Readers
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    public static async Task MeasureAsync(IDatabase database, Scope scope, string when, Func<Task> meanwhile)
    {
        for (var i = 0; i < 20; i++) await PageAsync(database, scope, null);
        var times = new List<double>();
        var work = Task.Run(meanwhile);
        for (FindingPosition? after = null; !work.IsCompleted; await Task.Delay(Pause))
        {
            var clock = Stopwatch.StartNew();
            after = await PageAsync(database, scope, after);
            times.Add(clock.Elapsed.TotalMilliseconds);
        }

        await work;
        times.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"readers {when}: {times.Count:n0} pages, p50 {times[times.Count / 2]:n1} ms, p99 {times[times.Count * 99 / 100]:n1} ms, longest {times[^1]:n1} ms"));
    }

    private static async Task<FindingPosition?> PageAsync(IDatabase database, Scope scope, FindingPosition? after)
    {
        await using var session = await database.ReadAsync(default);
        var page = await new FindingSearch(session).PageAsync(scope.OfTenant, new(scope.Account, FindingCriteria.All, FindingSort.Severity, true, after, 100), default);
        await new FindingStore(session).ContentsAsync(scope.OfTenant, page.Findings, default);
        return page.Next;
    }
}
