using Vidimus.Ecosystems.Dpkg;
using Vidimus.Model.Matching;
using Os = Vidimus.Model.Inventory.OsRelease;

namespace Vidimus.Ecosystems.Debian;

/// <summary>Debian: advisories name the source package and the major release.</summary>
public static class DebianDistribution
{
    public static Distribution Distribution { get; } = new()
    {
        Ids = ["debian"],
        Family = "Debian",
        PackageType = "deb",
        AdvisoryEcosystems = os => Major(os) is { } major ? [$"Debian:{major}", "Debian"] : [],
        BySource = true,
        IsOwn = DpkgDistributions.IsOwn,
        IsKernelHeaders = DpkgDistributions.IsKernelHeaders,
        Feeds = ["osv/Debian", "debian", "debian-lists"],
        EndOfLifeProduct = "debian",
        EndOfLifeCycle = Major,
    };

    private static string? Major(Os os) => os.VersionId is { Length: > 0 } version ? version.Split('.')[0] : os.Codename is null ? null : DebianReleases.Number(os.Codename);
}
