using System.Globalization;
using Vidimus.Model.Reports;

namespace Vidimus.Matching;

/// <summary>The one order in which findings are worked off, and why one stands where it does (docs/adr/0016).</summary>
/// <remarks>
/// First packages that are attacks themselves; then by what is known of exploitation (the catalogue of exploited vulnerabilities); then by severity, what nobody has rated below the medium ones; then by the decision of CISA's tree;
/// then by the probability of exploitation; then what can be fixed before what can't. Equal ones stand by id, package and path, so that the order is always the same.
/// </remarks>
public sealed class Priority : IComparer<ReportFinding>
{
    private Priority()
    {
    }

    public static Priority Order { get; } = new();

    /// <summary>Negative when <paramref name="x"/> comes first.</summary>
    public int Compare(ReportFinding? x, ReportFinding? y)
    {
        if (x is null || y is null) return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        var byUrgency = Urgency(y).CompareTo(Urgency(x));
        if (byUrgency != 0) return byUrgency;
        var byName = string.CompareOrdinal(x.Id, y.Id);
        if (byName == 0) byName = string.CompareOrdinal(x.Package, y.Package);
        if (byName == 0) byName = string.CompareOrdinal(x.Path, y.Path);
        return byName != 0 ? byName : string.CompareOrdinal(x.Key, y.Key);
    }

    /// <summary>Why it stands where it does, the weightiest reason first.</summary>
    public static IReadOnlyList<string> Reasons(ReportFinding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        var reasons = new List<string>();
        if (finding.Kind is "malicious") reasons.Add("the package is an attack itself");
        if (finding.Kev is { } kev) reasons.Add(kev.Ransomware ? "it is known to be exploited, by ransomware too" : "it is known to be exploited");
        reasons.Add(finding.SeveritySource is { } source ? $"severity {finding.Severity} by {source}" : "nobody has rated it");
        if (finding.Ssvc is { } ssvc) reasons.Add($"CISA's tree says {ssvc.Decision}");
        if (finding.Epss is { } epss) reasons.Add(string.Create(CultureInfo.InvariantCulture, $"EPSS gives it {epss.Score:p1} within 30 days"));
        reasons.Add(finding.FixedVersion is { } fix ? $"{fix} ends it" : "no fix is known");
        return reasons;
    }

    private static (int Malicious, int Exploited, int Severity, int Action, double Probability, int Fix) Urgency(ReportFinding finding) =>
        (finding.Kind is "malicious" ? 1 : 0, finding.Kev is null ? 0 : finding.Kev.Ransomware ? 2 : 1, SeverityRank(finding.Severity), ActionRank(finding.Ssvc?.Decision), finding.Epss?.Score ?? 0, finding.FixedVersion is null ? 0 : 1);

    private static int SeverityRank(string severity) => severity switch { "CRITICAL" => 5, "HIGH" => 4, "MEDIUM" => 3, "UNTRIAGED" => 2, "LOW" => 1, _ => 0 };

    private static int ActionRank(string? decision) => decision switch { "Act" => 3, "Attend" => 2, "Track*" => 1, _ => 0 };
}
