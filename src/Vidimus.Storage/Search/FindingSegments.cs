using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using Vidimus.Findings;
using Vidimus.Findings.Query;

namespace Vidimus.Storage.Search;

/// <summary>The findings that have one value of what a list is sorted by.</summary>
/// <param name="Text">The value; with <paramref name="Number"/> null for those that have none.</param>
/// <param name="Criteria">The query's, and the value.</param>
/// <param name="Missing">What says that there is no value, as a condition.</param>
internal sealed record FindingSegment(string? Text, double? Number, FindingCriteria Criteria, string? Missing = null)
{
    public IEnumerable<string> Conditions(SqlValues values) => Missing is null ? [] : [Missing];
}

/// <summary>The values of what a list is sorted by, in their order, from where the page before ended; what has no value comes last.</summary>
internal sealed class FindingSegments(Session session, TenantScope scope, IReadOnlyList<(int Id, string Number)> accounts, FindingSearchQuery query)
{
    /// <summary>How many values are looked up at first, each further time four times as many: a page mostly needs few.</summary>
    private const int First = 4;
    private const int Most = 1024;

    /// <summary>Parts of one union.</summary>
    private const int ListsAtOnce = 100;

    private string Within => $"account in ({string.Join(", ", accounts.Select(a => a.Id).DefaultIfEmpty(0))}) and region = {scope.Region.ToString(CultureInfo.InvariantCulture)}";

    private string Held => $"exists (select 1 from finding f where f.{Within.Replace(" and ", " and f.", StringComparison.Ordinal)} and f.kind = 1 and f.fingerprint = v.id)";

    public IAsyncEnumerable<FindingSegment> EnumerateAsync(CancellationToken cancel) => query.Sort switch
    {
        FindingSort.Type => FixedAsync(Enum.GetValues<FindingKind>().Select(FindingNames.Of), FindingText.Type),
        FindingSort.Severity => FixedAsync(Enum.GetValues<FindingSeverity>().Select(FindingNames.Of), FindingText.Severity),
        FindingSort.Status => FixedAsync(Enum.GetValues<FindingStatus>().Select(FindingNames.Of), FindingText.Status),
        FindingSort.ResourceType => FactsAsync(ResourceFact.Type, cancel),
        FindingSort.Repository => FactsAsync(ResourceFact.Repository, cancel),
        FindingSort.Registry => FactsAsync(ResourceFact.Registry, cancel),
        FindingSort.ImagePushed => FactTimesAsync(cancel),
        FindingSort.VulnerabilityId => TextsAsync($"select v.display from vulnerability v where v.display is not null and {Held}", "v.display", FindingText.VulnerabilityId,
            "case when (select v.display from vulnerability v where v.id = finding.fingerprint) is null then 1 else 0 end = 1", cancel),
        FindingSort.Epss => EpssAsync(cancel),
        FindingSort.Source => SourcesAsync(cancel),
        FindingSort.VendorSeverity => TextsAsync("select s.severity from vulnerability_source s where s.severity is not null", "s.severity", FindingText.VendorSeverity,
            "case when exists (select 1 from evidence e join vulnerability_source s on s.vulnerability = finding.fingerprint and s.feed = e.feed where e.id = finding.evidence and s.severity is not null) then 0 else 1 end = 1", cancel),
        _ => WholeAsync(),
    };

    private string Way => query.Descending ? "desc" : "asc";

    private string Beyond => query.Descending ? "<" : ">";

    /// <summary>Whether the page before ended among what has no value.</summary>
    private bool InMissing => query.After is { Segment: null, Number: null };

    private FindingSegment OfText(FindingText field, string value) => new(value, null, query.Criteria with { Texts = [.. query.Criteria.Texts, (field, [new(TextComparison.Equals, value)])] });

    private async IAsyncEnumerable<FindingSegment> WholeAsync()
    {
        await Task.CompletedTask;
        yield return new(null, null, query.Criteria);
    }

    private async IAsyncEnumerable<FindingSegment> FixedAsync(IEnumerable<string> values, FindingText field)
    {
        await Task.CompletedTask;
        var ordered = query.Descending ? values.Reverse() : values;
        foreach (var value in query.After is { } after ? ordered.SkipWhile(v => v != after.Segment) : ordered) yield return OfText(field, value);
    }

    /// <summary>Texts by a statement that gives them, each as often as it likes.</summary>
    private async IAsyncEnumerable<FindingSegment> TextsAsync(string values, string column, FindingText field, string missing, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var value in ValuesAsync(query.After?.Segment, column, Ordered(values, column), r => r.GetString(0), cancel)) yield return OfText(field, value);
        yield return new(null, null, query.Criteria, missing);
    }

    /// <summary>The values from that of the page before on, each once.</summary>
    /// <param name="rows">A statement for the next so many rows, given a condition that holds of those after the last.</param>
    private async IAsyncEnumerable<T> ValuesAsync<T>(T? first, string column, Func<string, int, string> rows, Func<DbDataReader, T> read, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (InMissing) yield break;
        var (last, any) = (first, query.After is not null);
        if (any) yield return last!;
        for (var batch = First; ; batch = Math.Min(4 * batch, Most))
        {
            var bound = any ? $" and {column} {Beyond} @last" : "";
            var values = await session.QueryAsync(rows(bound, batch), read, cancel, any ? [("last", last)] : []);
            foreach (var value in values.Distinct())
            {
                yield return value;
                (last, any) = (value, true);
            }

            if (values.Count < batch) yield break;
        }
    }

    private Func<string, int, string> Ordered(string values, string column) => (bound, batch) => $"{values}{bound} order by {column} {Way} limit {batch}";

    /// <summary>From each account's own index the next rows, put together.</summary>
    private Func<string, int, string> OfFact(ResourceFact fact, string column) => (bound, batch) =>
    {
        var lists = accounts.Select(a => string.Create(CultureInfo.InvariantCulture, $"""
            select * from (select {column} as value from resource_fact x where x.account = {a.Id} and x.region = {scope.Region} and x.fact = {(int)fact} and {column} is not null{bound}
            order by {column} {Way} limit {batch}) as list_{a.Id}
            """)).Chunk(ListsAtOnce).Select(some => $"select * from ({string.Join(" union all ", some)}) as lists");
        return $"select value from ({string.Join(" union all ", lists.DefaultIfEmpty("select '' as value where 1 = 0"))}) as t order by value {Way} limit {batch}";
    };

    private async IAsyncEnumerable<FindingSegment> FactsAsync(ResourceFact fact, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var value in ValuesAsync(query.After?.Segment, "x.text", OfFact(fact, "x.text"), r => r.GetString(0), cancel))
        {
            var resource = query.Criteria.Resource;
            yield return new(value, null, query.Criteria with { Resource = resource with { Texts = [.. resource.Texts, (fact, [new(TextComparison.Equals, value)])] } });
        }

        yield return new(null, null, query.Criteria, WithoutFact(fact));
    }

    private async IAsyncEnumerable<FindingSegment> FactTimesAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        const ResourceFact fact = ResourceFact.ImagePushed;
        await foreach (var value in ValuesAsync(query.After?.Number ?? 0, "x.number", OfFact(fact, "x.number"), r => r.GetDouble(0), cancel))
        {
            var resource = query.Criteria.Resource;
            yield return new(null, value, query.Criteria with { Resource = resource with { Numbers = [.. resource.Numbers, (fact, [new(value, value)])] } });
        }

        yield return new(null, null, query.Criteria, WithoutFact(fact));
    }

    private async IAsyncEnumerable<FindingSegment> EpssAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var value in ValuesAsync(query.After?.Number ?? 0, "v.epss", Ordered($"select v.epss from vulnerability v where v.epss is not null and {Held}", "v.epss"), r => r.GetDouble(0), cancel))
        {
            yield return new(null, value, query.Criteria with { Numbers = [.. query.Criteria.Numbers, (FindingNumber.Epss, [new(value, value)])] });
        }

        yield return new(null, null, query.Criteria, "case when (select v.epss from vulnerability v where v.id = finding.fingerprint) is null then 1 else 0 end = 1");
    }

    /// <summary>The names of sources are few; a feed whose source nobody described goes by its own name in capitals.</summary>
    private async IAsyncEnumerable<FindingSegment> SourcesAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        List<string> names =
        [
            .. await EachAsync("select min(s.name) from vulnerability_source s where s.name > @last", cancel),
            .. (await EachAsync($"select min(e.feed) from evidence e where e.{Within.Replace(" and ", " and e.", StringComparison.Ordinal)} and e.undescribed = 1 and e.feed > @last", cancel))
                .Select(f => f.ToUpperInvariant()),
        ];
        var own = await session.QueryAsync($"select 1 from evidence e where e.{Within.Replace(" and ", " and e.", StringComparison.Ordinal)} and e.undescribed = 1 and e.feed = '' limit 1", r => r.Int32(0), cancel);
        if (own.Count > 0) names.Add("VIDIMUS");
        names = [.. names.Distinct(StringComparer.Ordinal)];
        names.Sort(string.CompareOrdinal);
        if (query.Descending) names.Reverse();
        foreach (var name in query.After is { } after ? names.SkipWhile(n => n != after.Segment) : names) yield return OfText(FindingText.Source, name);
    }

    /// <summary>Few values of many rows, by jumping from each to the next.</summary>
    private async Task<List<string>> EachAsync(string next, CancellationToken cancel)
    {
        var all = new List<string>();
        while (accounts.Count > 0 && await session.QueryAsync(next, r => r.StringOrNull(0), cancel, ("last", all.LastOrDefault() ?? "")) is [{ } value]) all.Add(value);
        return all;
    }

    private static string WithoutFact(ResourceFact fact) => SqlText.NotExists($"select 1 from resource_fact x where x.resource between finding.resource and finding.resource and x.fact = {(int)fact}");
}
