using System.Text.RegularExpressions;
using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Go;

/// <summary>The registration of <c>golang</c> packages.</summary>
public static partial class GoEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "golang",
        Versions = new GoVersions(),
        AdvisoryEcosystem = "Go",
        NormalizeVersion = Comparable,
        Collectors =
        [
            new GoMod(),
            new GoSum(),
            new GoVendor(),
            new GoBinary(),
        ],
    };

    /// <summary>The form that advisories have: <c>v1.2.3</c> without its <c>v</c>, Go's own releases (<c>go1.21</c>, <c>go1.21rc2</c>, <c>go1.20 X:boringcrypto</c>) as
    /// semantic versions (<c>1.21.0</c>, <c>1.21.0-rc.2</c>, <c>1.20.0</c>). Null for <c>(devel)</c> and other builds that have no version.</summary>
    internal static string? Comparable(string version)
    {
        var text = version.Trim();
        if (!text.StartsWith("go", StringComparison.Ordinal))
        {
            if (text is ['v', ..]) text = text[1..];
            return text is [>= '0' and <= '9', ..] ? text : null;
        }

        if (Release().Match(text) is not { Success: true } release) return null;
        var patch = release.Groups["patch"].Success ? release.Groups["patch"].Value : "0";
        var stage = release.Groups["stage"].Success ? $"-{release.Groups["stage"].Value}.{release.Groups["count"].Value}" : "";
        return $"{release.Groups["minor"].Value}.{patch}{stage}";
    }

    /// <summary>Go's own release names; what a vendor adds stands after a hyphen or a space.</summary>
    [GeneratedRegex(@"^go(?<minor>[0-9]+\.[0-9]+)(\.(?<patch>[0-9]+))?((?<stage>rc|beta|alpha)(?<count>[0-9]+))?([ -].*)?$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Release();
}
