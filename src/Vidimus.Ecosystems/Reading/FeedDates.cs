using System.Globalization;

namespace Vidimus.Ecosystems.Reading;

/// <summary>Days, times and scores as feeds write them; what is none counts as absent, since no match depends on it.</summary>
internal static class FeedDates
{
    private static readonly string[] Forms =
    [
        "yyyy-MM-dd", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss 'UTC'", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mm:ssZ", "yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", "yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd HH:mm:ss zzz",
        "yyyyMMdd", "MMMM d, yyyy",
    ];

    public static DateTimeOffset? Day(string? text) =>
        text is not null && DateTimeOffset.TryParseExact(text.Trim(), Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var day) && day.Year > 1 ? day : null;

    /// <summary>A CVSS score from 0 to 10.</summary>
    public static double? Score(string? text) => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var score) && score is >= 0 and <= 10 ? score : null;
}
