using System.Globalization;
using Vidimus.Findings.Query;

namespace Vidimus.Storage.Search;

/// <summary>The values of a statement that is put together: text never holds what a caller said, only the names of these.</summary>
internal sealed class SqlValues
{
    private readonly List<(string, object?)> values = [];

    public (string, object?)[] All => [.. values];

    public string Add(object value)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"p{values.Count}");
        values.Add((name, value));
        return $"@{name}";
    }
}

/// <summary>Conditions as SQL.</summary>
internal static class SqlText
{
    public const string Never = "1 = 0";

    /// <summary>Above every text that begins with a prefix, in the order of bytes.</summary>
    private const string Last = "\U0010FFFF";

    /// <summary>What one of the conditions for equality or prefix says of a column; null when there is none.</summary>
    public static string? Positive(this IReadOnlyList<TextCondition> conditions, string column, SqlValues values)
    {
        var equal = conditions.Where(c => c.Comparison == TextComparison.Equals).Select(c => values.Add(c.Value)).ToArray();
        string[] any =
        [
            .. equal.Length > 0 ? [$"{column} in ({string.Join(", ", equal)})"] : Array.Empty<string>(),
            .. conditions.Where(c => c.Comparison == TextComparison.Prefix).Select(c => $"{column} >= {values.Add(c.Value)} and {column} < {values.Add(c.Value + Last)}"),
        ];
        return any.Length == 0 ? null : $"({string.Join(" or ", any)})";
    }

    /// <summary>Says that the column has one of the values that it must not have; null when it may have any.</summary>
    public static string? Excluded(this IReadOnlyList<TextCondition> conditions, string column, SqlValues values)
    {
        var not = conditions.Where(c => c.Comparison == TextComparison.NotEquals).Select(c => values.Add(c.Value)).ToArray();
        return not.Length == 0 ? null : $"{column} in ({string.Join(", ", not)})";
    }

    /// <summary>The whole list over a field with at most one value.</summary>
    public static string Single(this IReadOnlyList<TextCondition> conditions, string column, SqlValues values)
    {
        var excluded = conditions.Excluded(column, values);
        string?[] all = [conditions.Positive(column, values), excluded is null ? null : $"({column} is null or not {excluded})"];
        return string.Join(" and ", all.Where(a => a is not null));
    }

    public static string Any(this IReadOnlyList<NumberRange> ranges, string column, Func<NumberRange, (object? Lower, object? Upper)> bounds, SqlValues values) => $"({string.Join(" or ", ranges.Select(r =>
    {
        var (lower, upper) = bounds(r);
        string?[] both = [lower is null ? null : $"{column} >= {values.Add(lower)}", upper is null ? null : $"{column} <= {values.Add(upper)}"];
        return both.Any(b => b is not null) ? string.Join(" and ", both.Where(b => b is not null)) : $"{column} is not null";
    }))})";

    /// <summary>A condition that the planner can't turn into a join: it is asked for each row of a walk.</summary>
    public static string Exists(string select) => $"case when exists ({select}) then 1 else 0 end = 1";

    public static string NotExists(string select) => $"case when exists ({select}) then 0 else 1 end = 1";
}
