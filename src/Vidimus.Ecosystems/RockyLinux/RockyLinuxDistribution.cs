using Vidimus.Ecosystems.Rpm;
using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.RockyLinux;

/// <summary>Rocky Linux: advisories name the source package of the major release.</summary>
public static class RockyLinuxDistribution
{
    public static Distribution Distribution { get; } = new()
    {
        Ids = ["rocky"],
        Family = "Rocky Linux",
        PackageType = "rpm",
        AdvisoryEcosystems = os => RpmDistributions.Major(os.VersionId) is { } major ? [$"Rocky Linux:{major}", "Rocky Linux"] : [],
        BySource = true,
        IsOwn = RpmDistributions.OwnBy("Rocky"),
        IsKernelHeaders = RpmDistributions.IsKernelHeaders,
        Feeds = ["osv/Rocky Linux"],
        EndOfLifeProduct = "rocky-linux",
        EndOfLifeCycle = os => RpmDistributions.Major(os.VersionId),
    };
}
