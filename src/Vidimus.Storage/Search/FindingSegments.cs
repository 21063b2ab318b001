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
    private const int Batch = 100;

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
        FindingSort.VulnerabilityId => TextsAsync($"select distinct v.display from vulnerability v where v.display is not null and {Held}", "v.display", FindingText.VulnerabilityId,
            "case when (select v.display from vulnerability v where v.id = finding.fingerprint) is null then 1 else 0 end = 1", cancel),
        FindingSort.Epss => EpssAsync(cancel),
        FindingSort.Source => SourcesAsync(cancel),
        FindingSort.VendorSeverity => TextsAsync("select distinct s.severity from vulnerability_source s where s.severity is not null", "s.severity", FindingText.VendorSeverity,
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

    /// <summary>Texts by a statement that gives each once.</summary>
    private async IAsyncEnumerable<FindingSegment> TextsAsync(string distinct, string column, FindingText field, string missing, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var value in ValuesAsync(distinct, column, cancel)) yield return OfText(field, value);
        yield return new(null, null, query.Criteria, missing);
    }

    private async IAsyncEnumerable<string> ValuesAsync(string distinct, string column, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (InMissing) yield break;
        if (query.After?.Segment is { } first) yield return first;
        for (var last = query.After?.Segment; ;)
        {
            var bound = last is null ? "" : $" and {column} {Beyond} @last";
            var values = await session.QueryAsync($"{distinct}{bound} order by {column} {Way} limit {Batch}", r => r.GetString(0), cancel, last is null ? [] : [("last", last)]);
            foreach (var value in values) yield return value;
            if (values.Count < Batch) yield break;
            last = values[^1];
        }
    }

    private async IAsyncEnumerable<double> NumbersAsync(string distinct, string column, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (InMissing) yield break;
        if (query.After?.Number is { } first) yield return first;
        for (var last = query.After?.Number; ;)
        {
            var bound = last is null ? "" : $" and {column} {Beyond} @last";
            var values = await session.QueryAsync($"{distinct}{bound} order by {column} {Way} limit {Batch}", r => r.GetDouble(0), cancel, last is null ? [] : [("last", last)]);
            foreach (var value in values) yield return value;
            if (values.Count < Batch) yield break;
            last = values[^1];
        }
    }

    private async IAsyncEnumerable<FindingSegment> FactsAsync(ResourceFact fact, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var value in ValuesAsync($"select distinct x.text from resource_fact x where {Within} and x.fact = {(int)fact}", "x.text", cancel))
        {
            var resource = query.Criteria.Resource;
            yield return new(value, null, query.Criteria with { Resource = resource with { Texts = [.. resource.Texts, (fact, [new(TextComparison.Equals, value)])] } });
        }

        yield return new(null, null, query.Criteria, WithoutFact(fact));
    }

    private async IAsyncEnumerable<FindingSegment> FactTimesAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        const ResourceFact fact = ResourceFact.ImagePushed;
        await foreach (var value in NumbersAsync($"select distinct x.number from resource_fact x where {Within} and x.fact = {(int)fact} and x.number is not null", "x.number", cancel))
        {
            var resource = query.Criteria.Resource;
            yield return new(null, value, query.Criteria with { Resource = resource with { Numbers = [.. resource.Numbers, (fact, [new(value, value)])] } });
        }

        yield return new(null, null, query.Criteria, WithoutFact(fact));
    }

    private async IAsyncEnumerable<FindingSegment> EpssAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var value in NumbersAsync($"select distinct v.epss from vulnerability v where v.epss is not null and {Held}", "v.epss", cancel))
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
            "VIDIMUS",
            .. await EachAsync("select min(s.name) from vulnerability_source s where s.name > @last", cancel),
            .. (await EachAsync($"select min(feed) from ({string.Join(" union all ", accounts.Take(400).Select(a => $"select min(e.feed) as feed from evidence e where e.account = {a.Id} and e.region = {scope.Region} and e.feed > @last"))}) as f", cancel))
                .Select(f => f.ToUpperInvariant()),
        ];
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
