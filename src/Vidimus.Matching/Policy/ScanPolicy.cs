using Vidimus.Model;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;
using Vidimus.Model.Reports;
using Vidimus.Model.Vex;
using Vidimus.Matching.Vex;

namespace Vidimus.Matching.Policy;

/// <summary>A policy that can't be read: one sentence with the line and what is allowed there.</summary>
public sealed class PolicyException(string message) : Exception(message);

/// <summary>What the person who runs the scan has decided: which findings to ignore, and when a scan fails.</summary>
/// <param name="Name">The file, as it was named.</param>
/// <param name="FailOn">What <c>--fail-on</c> is without that option; null for none.</param>
/// <param name="Author">Whose decisions these are, for documents that pass them on.</param>
public sealed record ScanPolicy(string Name, string? FailOn, string? Author, IReadOnlyList<IgnoreRule> Rules)
{
    /// <summary>The finding, hidden by the first rule that speaks of it. What is hidden already stays hidden for its first reason.</summary>
    /// <param name="item">The package; null for a finding about the system itself.</param>
    public ReportFinding Apply(ReportFinding finding, InventoryPackage? item, OsRelease? os, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(finding);
        if (finding.Hidden is not null) return finding;
        if (Rules.FirstOrDefault(r => !r.IsExpired(today) && r.Means(finding, item, os)) is not { } rule) return finding;
        var (label, statement) = rule.Justification();
        return finding with
        {
            Hidden = new("policy", rule.Reason, rule.Expires?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)),
            Decision = rule.Accepted
                ? new(VexStatus.Affected, null, null, $"The risk is accepted: {rule.Reason}", Author, null)
                : new(VexStatus.NotAffected, label, statement, null, Author, null),
        };
    }

    /// <summary>What a reader of the report must know of the policy: that it was there, and which rules have run out.</summary>
    public IEnumerable<Note> Notes(DateOnly today)
    {
        yield return new(Model.Inventory.Notes.Information, "", $"the policy {Name} was applied: {Rules.Count} rule{(Rules.Count == 1 ? "" : "s")}");
        foreach (var rule in Rules.Where(r => r.IsExpired(today)))
            yield return new(Model.Inventory.Notes.Information, "", $"the rule on line {rule.Line} of {Name} expired on {rule.Expires:yyyy-MM-dd} and no longer applies");
    }
}

/// <summary>Which findings to ignore. All that a rule names must hold; of a list, one.</summary>
public sealed record IgnoreRule
{
    public required int Line { get; init; }

    /// <summary>Ids or aliases.</summary>
    public IReadOnlyList<string> Ids { get; init; } = [];

    /// <summary>Purls, which hold for what they leave out, or names; with <c>*</c> for any signs.</summary>
    public IReadOnlyList<string> Packages { get; init; } = [];

    public IReadOnlyList<FileGlob> Paths { get; init; } = [];

    /// <summary>Kinds of finding; a rule that names neither kind nor id speaks of vulnerabilities alone.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];

    /// <summary>The worst severity that is ignored; <c>UNTRIAGED</c> means just that.</summary>
    public string? Severity { get; init; }

    public required string Reason { get; init; }

    /// <summary>The last day on which it applies.</summary>
    public DateOnly? Expires { get; init; }

    /// <summary>The package is affected, and that is borne; without this the rule says that it is not affected.</summary>
    public bool Accepted { get; init; }

    public bool IsExpired(DateOnly today) => Expires < today;

    /// <summary>Whether the rule speaks of a finding.</summary>
    public bool Means(ReportFinding finding, InventoryPackage? item, OsRelease? os)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return (Kinds.Count > 0 ? Kinds.Contains(finding.Kind) : Ids.Count > 0 || finding.Kind is "vulnerability")
            && (Ids.Count == 0 || finding.Aliases.Append(finding.Id).Any(id => Ids.Contains(id, StringComparer.OrdinalIgnoreCase)))
            && (Severity is null || IsAtMost(finding.Severity, Severity))
            && (Packages.Count == 0 || (item is not null && Packages.Any(p => IsPackage(p, item, os))))
            && (Paths.Count == 0 || (item is not null && item.Locations.All(l => Paths.Any(p => p.Matches(l.Path)))));
    }

    /// <summary>The reason as OpenVEX takes it: a reason that begins with one of its labels gives the label; any other is a statement in words.</summary>
    public (string? Label, string? Statement) Justification()
    {
        var end = Reason.IndexOfAny([':', ' ', ',', ';', '.']);
        var word = end < 0 ? Reason : Reason[..end];
        if (!VexJustifications.IsLabel(word)) return (null, Reason);
        var rest = end < 0 ? "" : Reason[end..].TrimStart(':', ' ', ',', ';', '.');
        return (word, rest.Length > 0 ? rest : null);
    }

    private static bool IsAtMost(string severity, string worst)
    {
        if (severity is "UNTRIAGED" || worst is "UNTRIAGED") return severity == worst;
        return Array.IndexOf(PolicyReader.SeverityNames, severity) >= Array.IndexOf(PolicyReader.SeverityNames, worst);
    }

    private static bool IsPackage(string pattern, InventoryPackage item, OsRelease? os)
    {
        var isPurl = pattern.StartsWith("pkg:", StringComparison.OrdinalIgnoreCase);
        if (pattern.Contains('*', StringComparison.Ordinal))
            return isPurl ? Wildcard.Matches(pattern, item.Purl) : Names(item).Any(n => Wildcard.Matches(pattern, n));
        if (!isPurl) return Names(item).Contains(pattern, StringComparer.Ordinal);
        return PackageUrl.TryParse(pattern, out var said) && PackageUrl.TryParse(item.Purl, out var own) && PurlRule.Means(said, own, item.Package, os);
    }

    /// <summary>What people call a package: its name, with its namespace, and its source package's name.</summary>
    private static IEnumerable<string> Names(InventoryPackage item) => new[] { item.Package.Name, FindingMaker.NameOf(item.Package), item.Package.Source?.Name }.OfType<string>();
}

/// <summary>Text with <c>*</c> for any signs.</summary>
internal static class Wildcard
{
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        var (p, t, star, mark) = (0, 0, -1, 0);
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*') (star, mark) = (p++, t);
            else if (p < pattern.Length && pattern[p] == text[t]) (p, t) = (p + 1, t + 1);
            else if (star >= 0) (p, t) = (star + 1, ++mark);
            else return false;
        }

        return pattern[p..].TrimStart('*').IsEmpty;
    }
}
