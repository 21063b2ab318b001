using Vidimus.Advisories;
using Vidimus.Matching.Cvss;

namespace Vidimus.Matching;

/// <summary>What CISA's tree says to do about a vulnerability; the order is from least to most urgent.</summary>
public enum SsvcAction : byte
{
    Track,

    /// <summary>Written <c>Track*</c>.</summary>
    TrackClosely,
    Attend,
    Act,
}

/// <summary>How much a mission or people's well-being hang on the resource: the one point of the tree that only its owner knows.</summary>
public enum MissionImpact : byte
{
    Low,
    Medium,
    High,
}

/// <summary>A decision by Stakeholder-Specific Vulnerability Categorization, with the values that it follows from and where each comes from.</summary>
/// <remarks>Source: CISA's Stakeholder-Specific Vulnerability Categorization Guide (2022), table of decisions (docs/adr/0016).</remarks>
public sealed record SsvcDecision(SsvcAction Action, IReadOnlyList<string> Reasons)
{
    /// <summary>The outcomes for low, medium and high impact on mission and well-being: <c>T</c>rack, track <c>*</c>, <c>A</c>ttend, <c>!</c> act.</summary>
    private static readonly Dictionary<(string Exploitation, bool Automatable, bool Total), string> Tree = new()
    {
        [("none", false, false)] = "TTT", [("none", false, true)] = "TT*", [("none", true, false)] = "TTA", [("none", true, true)] = "TTA",
        [("poc", false, false)] = "TT*", [("poc", false, true)] = "T*A", [("poc", true, false)] = "TTA", [("poc", true, true)] = "T*A",
        [("active", false, false)] = "TTA", [("active", false, true)] = "TA!", [("active", true, false)] = "AA!", [("active", true, true)] = "A!!",
    };

    /// <summary>As CISA writes the action.</summary>
    public string Name => Action switch { SsvcAction.Act => "Act", SsvcAction.Attend => "Attend", SsvcAction.TrackClosely => "Track*", _ => "Track" };

    /// <summary>Decides; null when nobody has told whether it is exploited: a decision made of assumptions alone would be none.</summary>
    /// <param name="points">CISA's decision points for the vulnerability.</param>
    /// <param name="isListed">It is in the catalogue of exploited vulnerabilities.</param>
    /// <param name="vector">A CVSS vector, by which the technical impact is told where CISA does not.</param>
    /// <param name="mission">Medium where its owner has not said.</param>
    public static SsvcDecision? Of(IReadOnlyDictionary<string, string> points, bool isListed, string? vector, MissionImpact mission = MissionImpact.Medium)
    {
        var reasons = new List<string>();
        if (Exploitation(points, isListed, reasons) is not { } exploitation) return null;
        var automatable = Automatable(points, vector, reasons);
        var total = IsTotal(points, vector, reasons);
        reasons.Add($"mission and well-being: {mission.ToString().ToLowerInvariant()}");
        var action = Tree[(exploitation, automatable, total)][(int)mission] switch { '!' => SsvcAction.Act, 'A' => SsvcAction.Attend, '*' => SsvcAction.TrackClosely, _ => SsvcAction.Track };
        return new(action, reasons);
    }

    /// <summary>Of a vulnerability of the book.</summary>
    public static SsvcDecision? Of(BookVulnerability vulnerability, string? vector, MissionImpact mission = MissionImpact.Medium)
    {
        var points = vulnerability.Statements.Where(s => s.IsCveRecord).Select(s => s.Ssvc).FirstOrDefault(s => s.Count > 0) ?? new Dictionary<string, string>();
        return Of(points, vulnerability.Exploited is not null, vector, mission);
    }

    private static string? Exploitation(IReadOnlyDictionary<string, string> points, bool isListed, List<string> reasons)
    {
        if (isListed)
        {
            reasons.Add("exploitation: active, it is in CISA's catalogue of exploited vulnerabilities");
            return "active";
        }

        if (points.GetValueOrDefault("Exploitation")?.ToLowerInvariant() is not ("none" or "poc" or "active") and not "public poc") return null;
        var told = points["Exploitation"].ToLowerInvariant() is "public poc" ? "poc" : points["Exploitation"].ToLowerInvariant();
        reasons.Add($"exploitation: {told}, by CISA");
        return told;
    }

    private static bool Automatable(IReadOnlyDictionary<string, string> points, string? vector, List<string> reasons)
    {
        if (points.GetValueOrDefault("Automatable")?.ToLowerInvariant() is "yes" or "no")
        {
            reasons.Add($"automatable: {points["Automatable"].ToLowerInvariant()}, by CISA");
            return points["Automatable"].Equals("yes", StringComparison.OrdinalIgnoreCase);
        }

        // An attack over the network that needs nobody's help and no account can be made by a machine.
        var parsed = vector is not null && CvssVector.TryParse(vector, out var known) ? known : null;
        var yes = parsed is not null && parsed.Value("AV") == "N" && (parsed.Version == "2.0" ? parsed.Value("Au") == "N" && parsed.Value("AC") == "L" : parsed.Value("PR") == "N" && parsed.Value("UI") == "N" && parsed.Value("AC") == "L");
        reasons.Add(parsed is null ? "automatable: no, for want of a rating that tells" : $"automatable: {(yes ? "yes" : "no")}, by {vector}");
        return yes;
    }

    private static bool IsTotal(IReadOnlyDictionary<string, string> points, string? vector, List<string> reasons)
    {
        if (points.GetValueOrDefault("Technical Impact")?.ToLowerInvariant() is "total" or "partial")
        {
            reasons.Add($"technical impact: {points["Technical Impact"].ToLowerInvariant()}, by CISA");
            return points["Technical Impact"].Equals("total", StringComparison.OrdinalIgnoreCase);
        }

        var parsed = vector is not null && CvssVector.TryParse(vector, out var known) ? known : null;
        string[] impacts = parsed?.Version == "4.0" ? ["VC", "VI", "VA"] : ["C", "I", "A"];
        var yes = parsed is not null && impacts.All(metric => parsed.Value(metric) is "H" or "C");
        reasons.Add(parsed is null ? "technical impact: partial, for want of a rating that tells" : $"technical impact: {(yes ? "total" : "partial")}, by {vector}");
        return yes;
    }
}
