using System.Globalization;
using Vidimus.Api.InspectorScan.Operations;
using Vidimus.Matching;
using Vidimus.Model.Inventory;
using Vidimus.Model.Reports;

namespace Vidimus.Api.InspectorScan.Answers;

/// <summary>What a scan found of an SBOM, by vulnerability and by component, for the forms that it is answered in.</summary>
internal sealed class SbomResult
{
    private readonly Dictionary<string, string> infos = new(StringComparer.Ordinal);

    public SbomResult(SbomComponents components, Inventory inventory, ScanReport report, BookLoan loan, DateTimeOffset now)
    {
        Components = components;
        Report = report;
        Now = now;
        var byKey = components.All.Where(c => c.Key is not null).ToLookup(c => c.Key!);
        Vulnerabilities =
        [
            .. report.Findings.Where(f => f.Purl is not null).GroupBy(f => f.Id).OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select((g, i) => new SbomVulnerability($"vuln-{(i + 1).ToString(CultureInfo.InvariantCulture)}", [.. g], byKey, loan.Book)),
        ];
        Judge(inventory, loan);
        if (report.Target.Os?.Eol is { } eol && DateOnly.TryParseExact(eol, "yyyy-MM-dd", out var end) && end < DateOnly.FromDateTime(now.UtcDateTime)) EndOfLife = $"{eol}T00:00:00Z";
    }

    public SbomComponents Components { get; }
    public ScanReport Report { get; }
    public DateTimeOffset Now { get; }
    public IReadOnlyList<SbomVulnerability> Vulnerabilities { get; }

    /// <summary>When the system's support ended, if it has.</summary>
    public string? EndOfLife { get; }

    /// <summary>How many vulnerabilities are of a severity; <c>other</c> for those that are none of the four.</summary>
    public int Count(string severity) => Vulnerabilities.Count(v => v.Severity == severity || (severity == "other" && v.Severity is not ("critical" or "high" or "medium" or "low")));

    /// <summary>What is said of a component that nothing was found in; null for one with vulnerabilities, and for one that stands for others.</summary>
    public string? InfoOf(SbomComponent component) => component.Key is null ? null : infos.GetValueOrDefault(component.Key);

    /// <summary>Why a component could not be looked up; null when it could. The system itself is none that is looked up by a purl.</summary>
    public static string? WarningOf(SbomComponent component) => component switch
    {
        { Type: "operating-system" } or { Key: not null } => null,
        { Purl: null } => "Component skipped: no purl provided.",
        _ => "Component skipped: invalid purl.",
    };

    private void Judge(Inventory inventory, BookLoan loan)
    {
        var matcher = new Matcher(loan.Book, loan.Keys, inventory.Os);
        var affected = Vulnerabilities.SelectMany(v => v.Findings).Select(f => f.Purl!).ToHashSet(StringComparer.Ordinal);
        foreach (var item in inventory.Packages)
        {
            if (affected.Contains(item.Purl)) continue;
            var hasRules = matcher.KeysOf(item.Package) is { Keys.Count: > 0 };
            infos[item.Purl] = hasRules ? "Component scanned: no vulnerabilities found." : "Component skipped: no rules found.";
        }
    }
}
