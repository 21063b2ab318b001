using Vidimus.Model.Reports;

namespace Vidimus.Reports;

/// <summary>The severities, and what is counted by them.</summary>
public static class Severities
{
    /// <summary>Worst first; UNTRIAGED, which nobody has rated, stands last and is no degree.</summary>
    public static IReadOnlyList<string> All { get; } = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNTRIAGED"];

    /// <summary>Five for CRITICAL down to one for INFORMATIONAL, zero for UNTRIAGED.</summary>
    public static int Rank(string severity) => severity switch
    {
        "CRITICAL" => 5,
        "HIGH" => 4,
        "MEDIUM" => 3,
        "LOW" => 2,
        "INFORMATIONAL" => 1,
        _ => 0,
    };

    /// <summary>Counts the findings that are shown.</summary>
    /// <param name="hidden">How many are not, whether they are in the list or not.</param>
    public static ReportSummary Summarize(IReadOnlyList<ReportFinding> findings, int hidden)
    {
        ArgumentNullException.ThrowIfNull(findings);
        var byRank = new int[6];
        var (fixable, kev) = (0, 0);
        foreach (var finding in findings.Where(f => f.Hidden is null))
        {
            byRank[Rank(finding.Severity)]++;
            if (finding.FixedVersion is not null) fixable++;
            if (finding.Kev is not null) kev++;
        }

        return new(byRank[5], byRank[4], byRank[3], byRank[2], byRank[1], byRank[0], fixable, kev, hidden);
    }
}
