using System.Diagnostics.CodeAnalysis;

namespace Vidimus.Matching.Cvss;

/// <summary>A CVSS vector: its version and the value of each metric it names.</summary>
/// <remarks>Metrics may stand in any order, as calculators and feeds write them; each at most once, the base ones all. Temporal, environmental and supplemental ones may be there.</remarks>
public sealed class CvssVector
{
    private static readonly OrderedDictionary<string, string> Version2 = new(StringComparer.Ordinal)
    {
        ["AV"] = "L A N", ["AC"] = "H M L", ["Au"] = "M S N", ["C"] = "N P C", ["I"] = "N P C", ["A"] = "N P C",
        ["E"] = "U POC F H ND", ["RL"] = "OF TF W U ND", ["RC"] = "UC UR C ND",
        ["CDP"] = "N L LM MH H ND", ["TD"] = "N L M H ND", ["CR"] = "L M H ND", ["IR"] = "L M H ND", ["AR"] = "L M H ND",
    };

    private static readonly OrderedDictionary<string, string> Version3 = new(StringComparer.Ordinal)
    {
        ["AV"] = "N A L P", ["AC"] = "L H", ["PR"] = "N L H", ["UI"] = "N R", ["S"] = "U C", ["C"] = "N L H", ["I"] = "N L H", ["A"] = "N L H",
        ["E"] = "X H F P U", ["RL"] = "X U W T O", ["RC"] = "X C R U", ["CR"] = "X H M L", ["IR"] = "X H M L", ["AR"] = "X H M L",
        ["MAV"] = "X N A L P", ["MAC"] = "X L H", ["MPR"] = "X N L H", ["MUI"] = "X N R", ["MS"] = "X U C", ["MC"] = "X N L H", ["MI"] = "X N L H", ["MA"] = "X N L H",
    };

    private static readonly OrderedDictionary<string, string> Version4 = new(StringComparer.Ordinal)
    {
        ["AV"] = "N A L P", ["AC"] = "L H", ["AT"] = "N P", ["PR"] = "N L H", ["UI"] = "N P A",
        ["VC"] = "H L N", ["VI"] = "H L N", ["VA"] = "H L N", ["SC"] = "H L N", ["SI"] = "H L N", ["SA"] = "H L N",
        ["E"] = "X A P U", ["CR"] = "X H M L", ["IR"] = "X H M L", ["AR"] = "X H M L",
        ["MAV"] = "X N A L P", ["MAC"] = "X L H", ["MAT"] = "X N P", ["MPR"] = "X N L H", ["MUI"] = "X N P A",
        ["MVC"] = "X H L N", ["MVI"] = "X H L N", ["MVA"] = "X H L N", ["MSC"] = "X H L N", ["MSI"] = "X S H L N", ["MSA"] = "X S H L N",
        ["S"] = "X N P", ["AU"] = "X N Y", ["R"] = "X A U I", ["V"] = "X D C", ["RE"] = "X L M H", ["U"] = "X Clear Green Amber Red",
    };

    private readonly Dictionary<string, string> values;

    private CvssVector(string version, Dictionary<string, string> values)
    {
        Version = version;
        this.values = values;
    }

    /// <summary><c>2.0</c>, <c>3.0</c>, <c>3.1</c> or <c>4.0</c>.</summary>
    public string Version { get; }

    /// <summary>The base score; of version 4.0, where threat and environment have no score of their own, that of all the metrics it names.</summary>
    public double Score => Version switch
    {
        "2.0" => Cvss2.Score(this),
        "4.0" => Cvss4.Score(this),
        _ => Cvss3.Score(this),
    };

    /// <summary>A metric's value, or <paramref name="otherwise"/> where it is not named.</summary>
    internal string Value(string metric, string otherwise = "X") => values.GetValueOrDefault(metric, otherwise);

    /// <summary>Reads a vector: <c>CVSS:3.1/AV:N/…</c>, or of version 2 without a head, with or without parentheses. False for what is none.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out CvssVector? vector)
    {
        vector = null;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var head = slash < 0 ? "" : text[..slash];
        var (version, metrics, rest, required) = head switch
        {
            "CVSS:3.0" => ("3.0", Version3, text[(slash + 1)..], 8),
            "CVSS:3.1" => ("3.1", Version3, text[(slash + 1)..], 8),
            "CVSS:4.0" => ("4.0", Version4, text[(slash + 1)..], 11),
            _ => ("2.0", Version2, text is ['(', .. var inner, ')'] ? inner : text, 6),
        };

        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in rest.Split('/', 64))
        {
            var colon = part.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0 || !metrics.TryGetValue(part[..colon], out var allowed)) return false;
            if (!allowed.Split(' ').Contains(part[(colon + 1)..], StringComparer.Ordinal) || !found.TryAdd(part[..colon], part[(colon + 1)..])) return false;
        }

        if (!metrics.Keys.Take(required).All(found.ContainsKey)) return false;
        vector = new(version, found);
        return true;
    }
}
