using Vidimus.Matching.Cvss;
using Vidimus.Model.Advisories;

namespace Vidimus.Matching;

/// <summary>How bad, in the report's words; the order is from harmless to worst, with what nobody has rated below.</summary>
public enum Severity : byte
{
    Untriaged,
    Informational,
    Low,
    Medium,
    High,
    Critical,
}

/// <summary>The tables that turn ratings into severities (docs/adr/0012).</summary>
public static class Severities
{
    /// <summary>As the report spells it.</summary>
    public static string Name(Severity severity) => severity switch
    {
        Severity.Critical => "CRITICAL",
        Severity.High => "HIGH",
        Severity.Medium => "MEDIUM",
        Severity.Low => "LOW",
        Severity.Informational => "INFORMATIONAL",
        _ => "UNTRIAGED",
    };

    /// <summary>The qualitative rating of a CVSS score. Version 2 has no scale of its own: NVD's is taken, which ends with HIGH.</summary>
    public static Severity Of(double score, string version) => score switch
    {
        0 => Severity.Informational,
        < 4 => Severity.Low,
        < 7 => Severity.Medium,
        < 9 => Severity.High,
        _ => version == "2.0" ? Severity.High : Severity.Critical,
    };

    /// <summary>The rating of a vendor's word; null for a word that rates nothing.</summary>
    /// <remarks>Ubuntu's priorities; the impact of Red Hat, AlmaLinux, Rocky, Oracle, SUSE and Amazon; GitHub's severity; and what others write alike.
    /// Debian's urgency says how soon Debian acts and is no severity, but <c>unimportant</c> says that the vulnerability does no harm there.</remarks>
    public static Severity? OfWord(string source, string word)
    {
        var known = word.ToLowerInvariant();
        if (source == "debian") return known == "unimportant" ? Severity.Informational : null;
        return known switch
        {
            "critical" => Severity.Critical,
            "high" or "important" => Severity.High,
            "medium" or "moderate" => Severity.Medium,
            "low" or "minor" => Severity.Low,
            "negligible" or "informational" or "none" => Severity.Informational,
            _ => null,
        };
    }

    /// <summary>Whether a record says that its vendor takes the vulnerability to be harmless.</summary>
    public static bool IsUnimportant(IEnumerable<SeverityRating> ratings) => ratings.Any(r => r is { Source: "debian", Type: "word" } && r.Value.Equals("unimportant", StringComparison.OrdinalIgnoreCase));
}

/// <summary>A rating by CVSS with its score.</summary>
public sealed record CvssRating(string Source, string Version, double Score, string Vector)
{
    /// <summary>Reads a rating: its score is calculated from the vector, or taken as given where the vector can't be read; null for a word, or for neither.</summary>
    public static CvssRating? Of(SeverityRating rating)
    {
        if (!rating.Type.StartsWith("CVSS:", StringComparison.Ordinal)) return null;
        if (CvssVector.TryParse(rating.Value, out var vector)) return new(rating.Source, vector.Version, vector.Score, rating.Value);
        return rating.Score is { } given ? new(rating.Source, rating.Type[5..], given, rating.Value) : null;
    }

    /// <summary>Which of a source's ratings is taken: 3.1 and 3.0, then 4.0, then 2.0.</summary>
    public int Turn => Version switch
    {
        "3.1" => 0,
        "3.0" => 1,
        "4.0" => 2,
        _ => 3,
    };
}
