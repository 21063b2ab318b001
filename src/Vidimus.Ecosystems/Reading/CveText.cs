using System.Text.RegularExpressions;

namespace Vidimus.Ecosystems.Reading;

/// <summary>CVE ids within other text.</summary>
internal static partial class CveText
{
    /// <summary>The first; null where there is none.</summary>
    public static string? In(string? text) => text is not null && Cve().Match(text) is { Success: true } match ? match.Value : null;

    public static IEnumerable<string> All(string? text) => text is null ? [] : Cve().Matches(text).Select(match => match.Value);

    [GeneratedRegex("CVE-[0-9]{4}-[0-9]{4,19}", RegexOptions.CultureInvariant)]
    private static partial Regex Cve();
}
