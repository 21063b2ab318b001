using Vidimus.Ecosystems.Rpm;
using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Photon;

/// <summary>Photon OS: its list names the source package, and in newer releases its binary packages beside it.</summary>
public static class PhotonDistribution
{
    public static Distribution Distribution { get; } = new()
    {
        Ids = ["photon"],
        Family = "Photon OS",
        PackageType = "rpm",
        AdvisoryEcosystems = os => os.VersionId is { Length: > 0 } version ? [$"Photon OS:{version}"] : [],
        BySource = true,
        IsOwn = RpmDistributions.OwnBy("VMware", "Broadcom"),
        IsKernelHeaders = RpmDistributions.IsKernelHeaders,
        Feeds = ["photon"],
        EndOfLifeProduct = "photon",
    };
}
