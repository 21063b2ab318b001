using Vidimus.Ecosystems.Dpkg;
using Vidimus.Model.Matching;
using Os = Vidimus.Model.Inventory.OsRelease;

namespace Vidimus.Ecosystems.Debian;

/// <summary>Debian: advisories name the source package and the major release.</summary>
public static class DebianDistribution
{
    /// <summary>The numbers of releases that were or are being prepared: a suite carries no number before it is released.</summary>
    private static readonly Dictionary<string, string> Codenames = new(StringComparer.Ordinal)
    {
        ["squeeze"] = "6", ["wheezy"] = "7", ["jessie"] = "8", ["stretch"] = "9", ["buster"] = "10", ["bullseye"] = "11", ["bookworm"] = "12", ["trixie"] = "13", ["forky"] = "14", ["duke"] = "15",
    };

    public static Distribution Distribution { get; } = new()
    {
        Ids = ["debian"],
        Family = "Debian",
        PackageType = "deb",
        AdvisoryEcosystems = os => Major(os) is { } major ? [$"Debian:{major}", "Debian"] : [],
        BySource = true,
        IsOwn = DpkgDistributions.IsOwn,
        IsKernelHeaders = DpkgDistributions.IsKernelHeaders,
        Feeds = ["osv/Debian", "debian"],
        EndOfLifeProduct = "debian",
        EndOfLifeCycle = Major,
    };

    private static string? Major(Os os) => os.VersionId is { Length: > 0 } version ? version.Split('.')[0] : os.Codename is null ? null : Codenames.GetValueOrDefault(os.Codename);
}
