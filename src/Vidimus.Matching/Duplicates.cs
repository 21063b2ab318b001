using Vidimus.Model.Reports;

namespace Vidimus.Matching;

/// <summary>Records of communities' lists that tell, without a CVE or GHSA, what another advisory tells under its name (docs/adr/0040).</summary>
public static class Duplicates
{
    /// <summary>Whether all that is known of a match comes from lists that were written beside the CVEs, and no id tells whether it is one of them.</summary>
    /// <param name="ids">All ids of the vulnerability.</param>
    /// <param name="sources">Of the records that hold.</param>
    public static bool IsUnnamed(IEnumerable<string> ids, IEnumerable<string> sources) =>
        sources.All(source => source is "nodejs" or "retirejs") && !ids.Any(id => id.StartsWith("CVE-", StringComparison.Ordinal) || id.StartsWith("GHSA-", StringComparison.Ordinal));

    /// <summary>The reason by which an unnamed match of a package is taken for a named one: both hold for the installed version and end at the same one.</summary>
    public static ReportHidden Reason(string named, string fix) => new("duplicate", $"no id names it, and {named} of the same package ends at {fix} too", null);

    /// <summary>Hides the findings that another one of the same package tells of.</summary>
    public static List<ReportFinding> Hide(List<ReportFinding> findings)
    {
        var named = findings.Where(f => f is { FixedVersion: not null, PackageId: not null } && !IsUnnamed(f)).OrderBy(f => f.Id, StringComparer.Ordinal).ToLookup(f => (f.PackageId, f.FixedVersion));
        return findings.ConvertAll(f => f is { Hidden: null, FixedVersion: { } fix } && IsUnnamed(f) && named[(f.PackageId, fix)].FirstOrDefault() is { } other ? f with { Hidden = Reason(other.Id, fix) } : f);
    }

    private static bool IsUnnamed(ReportFinding finding) => IsUnnamed(finding.Aliases.Prepend(finding.Id), finding.Evidence.Where(e => e.Role is not "disagrees").Select(e => e.Source));
}
