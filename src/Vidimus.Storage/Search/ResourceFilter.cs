using Vidimus.Findings.Query;

namespace Vidimus.Storage.Search;

/// <summary>Conditions on resources as SQL over <c>resource_fact</c>.</summary>
internal static class ResourceFilter
{
    /// <summary>What must hold of the resource that a column names.</summary>
    public static IEnumerable<string> Conditions(this ResourceCriteria criteria, string resource, SqlValues values)
    {
        foreach (var (fact, conditions) in criteria.Texts)
        {
            var cut = Cut(conditions);
            if (cut.Positive("x.text", values) is { } positive) yield return SqlText.Exists($"{Of(resource, fact)} and {positive}");
            if (cut.Excluded("x.text", values) is { } excluded) yield return SqlText.NotExists($"{Of(resource, fact)} and {excluded}");
        }

        foreach (var (fact, ranges) in criteria.Numbers) yield return SqlText.Exists($"{Of(resource, fact)} and {ranges.Any("x.number", Bounds, values)}");
        foreach (var tags in criteria.Tags) yield return SqlText.Exists($"{Of(resource, ResourceFact.Tag)} and {OfTags(tags).Positive("x.text", values)}");
    }

    /// <summary>Sets of resources each of which holds all that meet the criteria, as statements that give <c>id</c>.</summary>
    /// <param name="within">What bounds <c>x</c> to the accounts that are asked.</param>
    public static IEnumerable<string> Sets(this ResourceCriteria criteria, string within, SqlValues values)
    {
        string Set(ResourceFact fact, string condition) => $"select x.resource as id from resource_fact x where {within} and x.fact = {(int)fact} and {condition}";
        foreach (var (fact, conditions) in criteria.Texts)
        {
            if (Cut(conditions).Positive("x.text", values) is { } positive) yield return Set(fact, positive);
        }

        foreach (var (fact, ranges) in criteria.Numbers) yield return Set(fact, ranges.Any("x.number", Bounds, values));
        foreach (var tags in criteria.Tags) yield return Set(ResourceFact.Tag, OfTags(tags).Positive("x.text", values)!);
    }

    private static (object?, object?) Bounds(NumberRange range) => (range.Lower, range.Upper);

    /// <summary>The range in place of equality keeps PostgreSQL from hashing the whole table for what is asked of few rows.</summary>
    private static string Of(string resource, ResourceFact fact) => $"select 1 from resource_fact x where x.resource between {resource} and {resource} and x.fact = {(int)fact}";

    private static TextCondition[] Cut(IReadOnlyList<TextCondition> conditions) => [.. conditions.Select(c => c with { Value = ResourceFactValue.Cut(c.Value) })];

    private static TextCondition[] OfTags(IReadOnlyList<TagCondition> tags) =>
        [.. tags.Select(t => new TextCondition(t.Value is null ? TextComparison.Prefix : TextComparison.Equals, ResourceFactValue.Cut(ResourceFactValue.OfTag(t.Key, t.Value))))];
}
