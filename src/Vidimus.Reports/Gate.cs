using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Vidimus.Model.Reports;

namespace Vidimus.Reports;

/// <summary><c>--fail-on</c>: which findings make a scan fail.</summary>
public sealed class Gate
{
    private const string Allowed = "critical, high, medium, low, informational, untriaged, kev, eol, malicious, epss=0.NN, each but epss also with a count it may not exceed (high:5)";

    private readonly IReadOnlyList<Rule> rules;

    private Gate(IReadOnlyList<Rule> rules) => this.rules = rules;

    /// <summary>Reads the comma list.</summary>
    /// <param name="error">Names the word that is no rule, and what is allowed.</param>
    public static bool TryParse(string list, [NotNullWhen(true)] out Gate? gate, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(list);
        gate = null;
        error = null;
        var rules = new List<Rule>();
        foreach (var word in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(w => w.ToLowerInvariant()).Distinct())
        {
            if (Parse(word) is not { } rule)
            {
                error = $"'{word}' is no rule to fail on; use a comma list of {Allowed}";
                return false;
            }

            rules.Add(rule);
        }

        if (rules.Count == 0)
        {
            error = $"nothing to fail on is named; use a comma list of {Allowed}";
            return false;
        }

        gate = new(rules);
        return true;
    }

    /// <summary>Judges the findings that the report shows; hidden ones do not count.</summary>
    public ReportGate Judge(ScanReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var shown = report.Findings.Where(f => f.Hidden is null).ToList();
        var crossed = new HashSet<ReportFinding>(ReferenceEqualityComparer.Instance);
        foreach (var rule in rules)
        {
            var met = shown.Where(rule.Meets).ToList();
            if (met.Count > rule.Tolerated) crossed.UnionWith(met);
        }

        return new([.. rules.Select(r => r.Text)], crossed.Count > 0, crossed.Count);
    }

    private static Rule? Parse(string word)
    {
        if (word.StartsWith("epss=", StringComparison.Ordinal))
        {
            return double.TryParse(word.AsSpan(5), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var least) && least is >= 0 and <= 1
                ? new(word, 0, f => f.Epss?.Score >= least)
                : null;
        }

        var tolerated = 0;
        var name = word;
        if (word.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
        {
            name = word[..colon];
            if (!int.TryParse(word.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out tolerated)) return null;
        }

        Func<ReportFinding, bool>? meets = name switch
        {
            "critical" or "high" or "medium" or "low" or "informational" => f => Severities.Rank(f.Severity) >= Severities.Rank(name.ToUpperInvariant()),
            "untriaged" => f => f.Severity is "UNTRIAGED",
            "kev" => f => f.Kev is not null,
            "eol" => f => f.Kind is "end-of-life",
            "malicious" => f => f.Kind is "malicious",
            _ => null,
        };
        return meets is null ? null : new(word, tolerated, meets);
    }

    private sealed record Rule(string Text, int Tolerated, Func<ReportFinding, bool> Meets);
}
