namespace Vidimus.Findings.Query;

public enum TextComparison
{
    Equals,
    Prefix,
    NotEquals,
}

/// <summary>A condition on a text. Of a field's list, one of those for equality and prefix must hold, and all those for inequality; a field without a value meets inequalities alone.</summary>
public sealed record TextCondition(TextComparison Comparison, string Value);

/// <summary>A closed range; an end that is null is open. Of a field's list, one must hold, and a field without a value meets none.</summary>
public sealed record NumberRange(double? Lower, double? Upper)
{
    public bool Contains(double value) => (Lower is null || value >= Lower) && (Upper is null || value <= Upper);
}

/// <summary>A closed range of time, as <see cref="NumberRange"/>.</summary>
public sealed record TimeRange(DateTimeOffset? Start, DateTimeOffset? End);

/// <summary>A tag; any value with null.</summary>
public sealed record TagCondition(string Key, string? Value);

/// <summary>Conditions that one affected package must meet all together; null for none.</summary>
public sealed record PackageCondition
{
    public TextCondition? Name { get; init; }
    public TextCondition? Version { get; init; }
    public NumberRange? Epoch { get; init; }
    public TextCondition? Release { get; init; }
    public TextCondition? Architecture { get; init; }
    public TextCondition? Layer { get; init; }
    public TextCondition? Path { get; init; }

    /// <summary>Of a function's layer, which no engine records: no package has one.</summary>
    public TextCondition? FunctionLayer { get; init; }
}

public static class TextConditions
{
    /// <summary>Whether a field with these values meets the list.</summary>
    public static bool Meets(this IReadOnlyList<TextCondition> conditions, params ReadOnlySpan<string> values)
    {
        bool? positive = null;
        foreach (var (comparison, wanted) in conditions)
        {
            var hit = false;
            foreach (var value in values) hit |= comparison == TextComparison.Prefix ? value.StartsWith(wanted, StringComparison.Ordinal) : value == wanted;
            if (comparison != TextComparison.NotEquals) positive = (positive ?? false) | hit;
            else if (hit) return false;
        }

        return positive ?? true;
    }
}
