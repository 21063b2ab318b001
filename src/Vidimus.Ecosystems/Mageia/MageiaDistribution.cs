using Vidimus.Ecosystems.Rpm;
using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Mageia;

/// <summary>Mageia: advisories name the source package and the release.</summary>
public static class MageiaDistribution
{
    public static Distribution Distribution { get; } = new()
    {
        Ids = ["mageia"],
        Family = "Mageia",
        PackageType = "rpm",
        AdvisoryEcosystems = os => os.VersionId is { Length: > 0 } version ? [$"Mageia:{version}", "Mageia"] : [],
        BySource = true,
        IsOwn = RpmDistributions.OwnBy("Mageia"),
        IsKernelHeaders = RpmDistributions.IsKernelHeaders,
        Feeds = ["osv/Mageia"],
        EndOfLifeProduct = "mageia",
    };
}
