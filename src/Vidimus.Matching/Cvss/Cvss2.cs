namespace Vidimus.Matching.Cvss;

/// <summary>The base equation of CVSS 2.0. Source: FIRST, "A Complete Guide to the Common Vulnerability Scoring System Version 2.0", section 3.2.1.</summary>
internal static class Cvss2
{
    public static double Score(CvssVector vector)
    {
        var impact = 10.41 * (1 - ((1 - Loss(vector.Value("C"))) * (1 - Loss(vector.Value("I"))) * (1 - Loss(vector.Value("A")))));
        var access = vector.Value("AV") switch { "L" => 0.395, "A" => 0.646, _ => 1.0 };
        var complexity = vector.Value("AC") switch { "H" => 0.35, "M" => 0.61, _ => 0.71 };
        var authentication = vector.Value("Au") switch { "M" => 0.45, "S" => 0.56, _ => 0.704 };
        var exploitability = 20 * access * complexity * authentication;
        var score = ((0.6 * impact) + (0.4 * exploitability) - 1.5) * (impact == 0 ? 0 : 1.176);
        return Math.Round(score, 1, MidpointRounding.AwayFromZero);
    }

    private static double Loss(string value) => value switch { "P" => 0.275, "C" => 0.660, _ => 0 };
}
