namespace Vidimus.Matching.Cvss;

/// <summary>The base equation of CVSS 3.0 and 3.1. Source: FIRST's specifications, section 7; they differ in how they round up.</summary>
internal static class Cvss3
{
    public static double Score(CvssVector vector)
    {
        var changed = vector.Value("S") == "C";
        var loss = 1 - ((1 - Loss(vector.Value("C"))) * (1 - Loss(vector.Value("I"))) * (1 - Loss(vector.Value("A"))));
        var impact = changed ? (7.52 * (loss - 0.029)) - (3.25 * Math.Pow(loss - 0.02, 15)) : 6.42 * loss;
        if (impact <= 0) return 0;

        var access = vector.Value("AV") switch { "N" => 0.85, "A" => 0.62, "L" => 0.55, _ => 0.2 };
        var complexity = vector.Value("AC") == "L" ? 0.77 : 0.44;
        var privileges = (vector.Value("PR"), changed) switch { ("N", _) => 0.85, ("L", true) => 0.68, ("L", false) => 0.62, ("H", true) => 0.5, _ => 0.27 };
        var interaction = vector.Value("UI") == "N" ? 0.85 : 0.62;
        var exploitability = 8.22 * access * complexity * privileges * interaction;
        var score = Math.Min(changed ? 1.08 * (impact + exploitability) : impact + exploitability, 10);
        return vector.Version == "3.0" ? Math.Ceiling(score * 10) / 10 : RoundUp(score);
    }

    /// <summary>Version 3.1's appendix A: up to one digit, but not for what is only the floating point's error.</summary>
    private static double RoundUp(double score)
    {
        var whole = (int)Math.Round(score * 100_000, MidpointRounding.AwayFromZero);
        return whole % 10_000 == 0 ? whole / 100_000.0 : (Math.Floor(whole / 10_000.0) + 1) / 10.0;
    }

    private static double Loss(string value) => value switch { "H" => 0.56, "L" => 0.22, _ => 0 };
}
