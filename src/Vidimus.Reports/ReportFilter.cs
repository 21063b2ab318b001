using System.Diagnostics.CodeAnalysis;
using Vidimus.Model.Reports;

namespace Vidimus.Reports;

/// <summary>What <c>--severity</c> and <c>--only-fixed</c> leave of a report.</summary>
/// <param name="Severities">The severities to show; empty for all.</param>
/// <param name="OnlyFixed">Only findings that a newer version ends.</param>
public sealed record ReportFilter(IReadOnlyList<string> Severities, bool OnlyFixed)
{
    /// <summary>Reads <c>--severity</c>'s comma list.</summary>
    /// <param name="error">Names the word that is none of them, and those that are.</param>
    public static bool TryParse(string list, bool onlyFixed, [NotNullWhen(true)] out ReportFilter? filter, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(list);
        filter = null;
        var words = list.Split(',', StringSplitOptions.TrimEntries).Where(w => w.Length > 0).Select(w => w.ToUpperInvariant()).Distinct().ToList();
        var wrong = words.Find(w => !Reports.Severities.All.Contains(w));
        error = wrong is null ? null : $"'{wrong.ToLowerInvariant()}' is no severity; use {string.Join(", ", Reports.Severities.All.Select(s => s.ToLowerInvariant()))}";
        if (error is not null) return false;
        filter = new(words, onlyFixed);
        return true;
    }

    /// <summary>The report with the findings that pass, and its summary counted anew. Packages and notes stay.</summary>
    public ScanReport Apply(ScanReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (Severities.Count == 0 && !OnlyFixed) return report;
        var findings = report.Findings.Where(f => (Severities.Count == 0 || Severities.Contains(f.Severity)) && (!OnlyFixed || f.FixedVersion is not null)).ToList();
        return report with { Findings = findings, Summary = Reports.Severities.Summarize(findings, report.Summary.Hidden) };
    }
}
