using System.Globalization;

namespace Vidimus.Cli.CommandLine;

/// <summary>Spans of time as people type them: <c>90m</c>, <c>24h</c>, <c>7d</c>.</summary>
internal static class Durations
{
    public static TimeSpan Parse(string text) =>
        text.Length > 1 && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) && count <= 100_000
            ? text[^1] switch
            {
                'm' => TimeSpan.FromMinutes(count),
                'h' => TimeSpan.FromHours(count),
                'd' => TimeSpan.FromDays(count),
                _ => throw Wrong(text),
            }
            : throw Wrong(text);

    /// <summary>The same, for a sentence.</summary>
    public static string Display(TimeSpan span) => span switch
    {
        { TotalDays: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:0} days"),
        { TotalHours: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0} hours"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, span.TotalMinutes):0} minutes"),
    };

    private static UsageException Wrong(string text) => new($"'{text}' is no span of time; write 90m, 24h or 7d");
}
