using Vidimus.Ecosystems.Rpm;
using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.AlmaLinux;

/// <summary>AlmaLinux: advisories name each binary package of the major release.</summary>
public static class AlmaLinuxDistribution
{
    public static Distribution Distribution { get; } = new()
    {
        Ids = ["almalinux"],
        Family = "AlmaLinux",
        PackageType = "rpm",
        AdvisoryEcosystems = os => RpmDistributions.Major(os.VersionId) is { } major ? [$"AlmaLinux:{major}", "AlmaLinux"] : [],
        BySource = false,
        IsOwn = RpmDistributions.OwnBy("AlmaLinux"),
        IsKernelHeaders = RpmDistributions.IsKernelHeaders,
        Feeds = ["osv/AlmaLinux"],
        EndOfLifeProduct = "almalinux",
        EndOfLifeCycle = os => RpmDistributions.Major(os.VersionId),
    };
}
