namespace Vidimus.Matching.Cvss;

/// <summary>The score of CVSS 4.0: the table's figure for the vector's macro vector, less how far the vector lies below that macro vector's most severe one.</summary>
/// <remarks>Source: FIRST's specification of CVSS 4.0, section 8: the equivalence classes EQ1 to EQ6, their most severe vectors (tables 24 to 29), their depths (table 30) and the scores of macro vectors.
/// EQ3 and EQ6 depend on each other and are one class here.</remarks>
internal static class Cvss4
{
    /// <summary>Sorts metrics from the most severe value down; a distance is a difference of places.</summary>
    private static readonly Dictionary<string, string> Order = new(StringComparer.Ordinal)
    {
        ["AV"] = "NALP", ["PR"] = "NLH", ["UI"] = "NPA", ["AC"] = "LH", ["AT"] = "NP", ["VC"] = "HLN", ["VI"] = "HLN", ["VA"] = "HLN",
        ["SC"] = "SHLN", ["SI"] = "SHLN", ["SA"] = "SHLN", ["CR"] = "HML", ["IR"] = "HML", ["AR"] = "HML",
    };

    private static readonly string[][] MostSevere1 = [["AV:N/PR:N/UI:N"], ["AV:A/PR:N/UI:N", "AV:N/PR:L/UI:N", "AV:N/PR:N/UI:P"], ["AV:P/PR:N/UI:N", "AV:A/PR:L/UI:P"]];
    private static readonly string[][] MostSevere2 = [["AC:L/AT:N"], ["AC:H/AT:N", "AC:L/AT:P"]];
    private static readonly string[][] MostSevere4 = [["SC:H/SI:S/SA:S"], ["SC:H/SI:H/SA:H"], ["SC:L/SI:L/SA:L"]];

    /// <summary>By EQ3 and EQ6: 00, 01, 10, 11, (20 can't be), 21.</summary>
    private static readonly string[][] MostSevere36 =
    [
        ["VC:H/VI:H/VA:H/CR:H/IR:H/AR:H"],
        ["VC:H/VI:H/VA:L/CR:M/IR:M/AR:H", "VC:H/VI:H/VA:H/CR:M/IR:M/AR:M"],
        ["VC:L/VI:H/VA:H/CR:H/IR:H/AR:H", "VC:H/VI:L/VA:H/CR:H/IR:H/AR:H"],
        [
            "VC:L/VI:H/VA:L/CR:H/IR:M/AR:H", "VC:L/VI:H/VA:H/CR:H/IR:M/AR:M", "VC:H/VI:L/VA:H/CR:M/IR:H/AR:M",
            "VC:H/VI:L/VA:L/CR:M/IR:H/AR:H", "VC:L/VI:L/VA:H/CR:H/IR:H/AR:M",
        ],
        [],
        ["VC:L/VI:L/VA:L/CR:H/IR:H/AR:H"],
    ];

    private static readonly int[] Depth1 = [1, 4, 5];
    private static readonly int[] Depth2 = [1, 2];
    private static readonly int[] Depth36 = [7, 6, 8, 8, 0, 10];
    private static readonly int[] Depth4 = [6, 5, 4];

    /// <summary>The scores of macro vectors, in tenths: EQ1, EQ2 and EQ3 choose the line, EQ4, EQ5 and EQ6 the place in it. 0 where EQ3 and EQ6 exclude each other.</summary>
    private static ReadOnlySpan<byte> Scores =>
    [
        100, 99, 98, 95, 95, 92, 100, 96, 93, 87, 91, 81, 93, 90, 89, 80, 81, 68, // 000…
        98, 95, 95, 92, 90, 84, 93, 92, 89, 81, 81, 65, 88, 80, 78, 70, 69, 48, // 001…
        0, 92, 0, 82, 0, 72, 0, 79, 0, 69, 0, 50, 0, 69, 0, 55, 0, 27, // 002…
        99, 97, 95, 92, 92, 85, 95, 91, 90, 83, 84, 71, 92, 81, 82, 71, 72, 53, // 010…
        95, 93, 92, 85, 85, 73, 92, 82, 80, 72, 70, 59, 84, 70, 71, 52, 50, 30, // 011…
        0, 86, 0, 75, 0, 52, 0, 71, 0, 52, 0, 29, 0, 63, 0, 29, 0, 17, // 012…
        98, 95, 94, 87, 91, 81, 94, 89, 86, 74, 77, 64, 87, 75, 74, 63, 63, 49, // 100…
        94, 89, 88, 77, 76, 67, 86, 76, 74, 58, 59, 50, 72, 57, 57, 52, 52, 25, // 101…
        0, 83, 0, 70, 0, 54, 0, 65, 0, 58, 0, 26, 0, 53, 0, 21, 0, 13, // 102…
        95, 90, 88, 76, 76, 70, 90, 77, 75, 62, 61, 53, 77, 66, 68, 59, 52, 30, // 110…
        89, 78, 76, 67, 62, 58, 74, 59, 57, 57, 47, 23, 61, 52, 57, 29, 24, 16, // 111…
        0, 71, 0, 59, 0, 30, 0, 58, 0, 26, 0, 15, 0, 23, 0, 13, 0, 6, // 112…
        93, 87, 86, 72, 75, 58, 86, 74, 74, 61, 56, 34, 70, 54, 52, 40, 40, 22, // 200…
        85, 75, 74, 55, 62, 51, 72, 57, 55, 41, 46, 19, 53, 36, 34, 19, 19, 8, // 201…
        0, 64, 0, 51, 0, 20, 0, 47, 0, 21, 0, 11, 0, 24, 0, 9, 0, 4, // 202…
        88, 75, 73, 53, 60, 50, 73, 55, 59, 40, 41, 20, 54, 43, 45, 22, 20, 11, // 210…
        75, 55, 58, 45, 40, 21, 61, 51, 48, 18, 20, 9, 46, 18, 17, 7, 8, 2, // 211…
        0, 53, 0, 24, 0, 14, 0, 24, 0, 12, 0, 5, 0, 10, 0, 3, 0, 1, // 212…
    ];

    public static double Score(CvssVector vector)
    {
        string Of(string metric) => vector.Value("M" + metric) is not "X" and var modified ? modified : vector.Value(metric);
        string Required(string metric) => vector.Value(metric) is not "X" and var named ? named : "H";

        if (Of("VC") == "N" && Of("VI") == "N" && Of("VA") == "N" && Of("SC") == "N" && Of("SI") == "N" && Of("SA") == "N") return 0;

        var eq1 = Of("AV") == "N" && Of("PR") == "N" && Of("UI") == "N" ? 0 : Of("AV") != "P" && (Of("AV") == "N" || Of("PR") == "N" || Of("UI") == "N") ? 1 : 2;
        var eq2 = Of("AC") == "L" && Of("AT") == "N" ? 0 : 1;
        var eq3 = Of("VC") == "H" && Of("VI") == "H" ? 0 : Of("VC") == "H" || Of("VI") == "H" || Of("VA") == "H" ? 1 : 2;
        var eq4 = Of("SI") == "S" || Of("SA") == "S" ? 0 : Of("SC") == "H" || Of("SI") == "H" || Of("SA") == "H" ? 1 : 2;
        var eq5 = vector.Value("E") switch { "P" => 1, "U" => 2, _ => 0 };
        var eq6 = (Required("CR") == "H" && Of("VC") == "H") || (Required("IR") == "H" && Of("VI") == "H") || (Required("AR") == "H" && Of("VA") == "H") ? 0 : 1;

        var score = Figure(eq1, eq2, eq3, eq4, eq5, eq6) ?? 0;
        var classes = new (int? Lower, string[] MostSevere, int Depth)[]
        {
            (Figure(eq1 + 1, eq2, eq3, eq4, eq5, eq6), MostSevere1[eq1], Depth1[eq1]),
            (Figure(eq1, eq2 + 1, eq3, eq4, eq5, eq6), MostSevere2[eq2], Depth2[eq2]),
            (Lower36(), MostSevere36[(2 * eq3) + eq6], Depth36[(2 * eq3) + eq6]),
            (Figure(eq1, eq2, eq3, eq4 + 1, eq5, eq6), MostSevere4[eq4], Depth4[eq4]),
            (Figure(eq1, eq2, eq3, eq4, eq5 + 1, eq6), [""], 1),
        };

        double sum = 0;
        var lower = 0;
        foreach (var (next, mostSevere, depth) in classes)
        {
            if (next is not { } figure) continue;
            lower++;
            sum += (score - figure) * (double)Distance(mostSevere) / depth;
        }

        var result = (score - (lower == 0 ? 0 : sum / lower)) / 10;
        return Math.Clamp(Math.Floor((result * 10) + 0.5 + 1e-6) / 10, 0, 10);

        int? Lower36() => (eq3, eq6) switch
        {
            (0, 0) => Nullable.Compare(Figure(eq1, eq2, 0, eq4, eq5, 1), Figure(eq1, eq2, 1, eq4, eq5, 0)) > 0 ? Figure(eq1, eq2, 0, eq4, eq5, 1) : Figure(eq1, eq2, 1, eq4, eq5, 0),
            (0, 1) => Figure(eq1, eq2, 1, eq4, eq5, 1),
            (1, 0) => Figure(eq1, eq2, 1, eq4, eq5, 1),
            (1, 1) => Figure(eq1, eq2, 2, eq4, eq5, 1),
            _ => null,
        };

        // The steps below the first of the most severe vectors that is nowhere below this one.
        int Distance(string[] mostSevere)
        {
            foreach (var candidate in mostSevere)
            {
                var steps = 0;
                var isAbove = true;
                foreach (var part in candidate.Split('/', StringSplitOptions.RemoveEmptyEntries))
                {
                    var (metric, top) = (part[..2], part[3]);
                    var value = metric is "CR" or "IR" or "AR" ? Required(metric) : Of(metric);
                    var step = Order[metric].IndexOf(value[0], StringComparison.Ordinal) - Order[metric].IndexOf(top, StringComparison.Ordinal);
                    isAbove &= step >= 0;
                    steps += step;
                }

                if (isAbove) return steps;
            }

            return 0;
        }
    }

    /// <summary>A macro vector's score in tenths; null where there is no such macro vector.</summary>
    private static int? Figure(int eq1, int eq2, int eq3, int eq4, int eq5, int eq6)
    {
        if (eq1 > 2 || eq2 > 1 || eq3 > 2 || eq4 > 2 || eq5 > 2 || eq6 > 1) return null;
        return Scores[(((((((((eq1 * 2) + eq2) * 3) + eq3) * 3) + eq4) * 3) + eq5) * 2) + eq6] is not 0 and var score ? score : null;
    }
}
