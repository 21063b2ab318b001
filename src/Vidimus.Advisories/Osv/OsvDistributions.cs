using System.Text.RegularExpressions;

namespace Vidimus.Advisories.Osv;

/// <summary>Which OSV ecosystems are distributions, and how their advisories name the vulnerabilities that they are about.</summary>
internal static partial class OsvDistributions
{
    /// <summary>OSV's ecosystems whose packages a distribution builds from others' sources.</summary>
    private static readonly HashSet<string> Families = new(StringComparer.Ordinal)
    {
        "AlmaLinux", "Alpaquita", "Alpine", "Azure Linux", "BellSoft Hardened Containers", "Chainguard", "Debian", "Docker Hardened Images", "Echo", "Mageia", "MinimOS",
        "Photon OS", "Red Hat", "Rocky Linux", "Root", "SUSE", "Ubuntu", "Wolfi", "openEuler", "openSUSE",
    };

    public static bool Contains(string family) => Families.Contains(family);

    /// <summary>An ecosystem without its release: <c>Debian</c> of <c>Debian:12</c>.</summary>
    public static string Family(string ecosystem) => ecosystem.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? ecosystem[..colon] : ecosystem;

    /// <summary>AlmaLinux publishes its bug fixes (ALBA) and enhancements (ALEA) beside the security advisories (ALSA).</summary>
    public static bool IsSecurity(string id) => !id.StartsWith("ALBA-", StringComparison.Ordinal) && !id.StartsWith("ALEA-", StringComparison.Ordinal);

    /// <summary>Who rates: the distribution, or a language's database by the head of its ids (<c>GHSA-</c>, <c>PYSEC-</c>).</summary>
    public static string Source(string id, string? family) =>
        family?.ToLowerInvariant() ?? (id.IndexOf('-', StringComparison.Ordinal) is > 0 and var dash ? id[..dash].ToLowerInvariant() : "osv");

    /// <summary>The CVEs that a distribution's advisory is about: from <c>upstream</c>, in older records <c>related</c>, in some <c>aliases</c>, else from its own id.</summary>
    public static IReadOnlyList<string> Vulnerabilities(string id, IReadOnlyList<string> upstream, IReadOnlyList<string> related, IReadOnlyList<string> aliases)
    {
        if (id.StartsWith("CVE-", StringComparison.Ordinal)) return [];

        foreach (var ids in (ReadOnlySpan<IReadOnlyList<string>>)[upstream, related, aliases, [id]])
        {
            var cves = ids.Select(CveIn).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
            if (cves.Count > 0) return cves;
        }

        return upstream;
    }

    /// <summary>The word that the vendors of the Red Hat family put before a title: <c>Important: kernel security update</c>.</summary>
    public static string? RatingInTitle(string? title) => title is not null && TitleRating().Match(title) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary><c>CVE-2021-3782</c> itself, or as the tail of a distribution's own id for it: <c>UBUNTU-CVE-2021-3782</c>.</summary>
    private static string? CveIn(string id) => CveTail().Match(id) is { Success: true } match ? match.Value : null;

    [GeneratedRegex("(?<=^|-)CVE-[0-9]{4}-[0-9]{4,19}$", RegexOptions.CultureInvariant)]
    private static partial Regex CveTail();

    [GeneratedRegex("^(Critical|Important|Moderate|Low): ", RegexOptions.CultureInvariant)]
    private static partial Regex TitleRating();
}
