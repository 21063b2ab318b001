using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Alpaquita;

/// <summary>BellSoft's two systems of apk packages: advisories name the origin package and the line (<c>stream</c>, <c>23</c>), as VERSION_ID does.</summary>
public static class AlpaquitaDistributions
{
    public static Distribution Alpaquita { get; } = new()
    {
        Ids = ["alpaquita"],
        Family = "Alpaquita",
        PackageType = "apk",
        AdvisoryEcosystems = os => os.VersionId is { Length: > 0 } line ? [$"Alpaquita:{line}", "Alpaquita"] : [],
        BySource = true,
        Feeds = ["osv/Alpaquita"],
    };

    /// <summary>Built on Alpaquita, with releases of its own; the feed's records name both.</summary>
    public static Distribution HardenedContainers { get; } = Alpaquita with
    {
        Ids = ["bellsoft-hardened-containers"],
        Family = "BellSoft Hardened Containers",
        AdvisoryEcosystems = os => os.VersionId is { Length: > 0 } line ? [$"BellSoft Hardened Containers:{line}", "BellSoft Hardened Containers"] : [],
        Feeds = ["osv/BellSoft Hardened Containers", "osv/Alpaquita"],
    };
}
