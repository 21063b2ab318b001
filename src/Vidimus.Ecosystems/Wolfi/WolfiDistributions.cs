using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Wolfi;

/// <summary>Wolfi and Chainguard's images built from it: advisories name the origin package; neither has releases.</summary>
public static class WolfiDistributions
{
    public static Distribution Wolfi { get; } = new()
    {
        Ids = ["wolfi"],
        Family = "Wolfi",
        PackageType = "apk",
        AdvisoryEcosystems = _ => ["Wolfi"],
        BySource = true,
        Feeds = ["wolfi"],
    };

    /// <summary>Chainguard's images hold packages of Wolfi too, which Chainguard's database covers.</summary>
    public static Distribution Chainguard { get; } = Wolfi with
    {
        Ids = ["chainguard"],
        Family = "Chainguard",
        AdvisoryEcosystems = _ => ["Chainguard", "Wolfi"],
        Feeds = ["chainguard", "wolfi"],
    };
}
