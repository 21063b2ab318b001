using System.Text.RegularExpressions;
using Vidimus.Ecosystems.Versions;
using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Bitnami;

/// <summary>The registration of <c>bitnami</c> packages.</summary>
public static partial class BitnamiEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "bitnami",
        Versions = new SemVerVersions("bitnami"),
        AdvisoryEcosystem = "Bitnami",
        NormalizeVersion = Comparable,
        Collectors = [new BitnamiSpdx()],
    };

    /// <summary>Advisories know the component's own version, <c>15.3.0</c>; Bitnami's revision behind it, <c>-1</c>, is none of a pre-release.</summary>
    private static string? Comparable(string version) => version.Length == 0 ? null : Revision().Replace(version, "");

    [GeneratedRegex(@"-[0-9]{1,6}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Revision();
}
