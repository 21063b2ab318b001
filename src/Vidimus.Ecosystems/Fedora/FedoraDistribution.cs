using Vidimus.Ecosystems.Rpm;
using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Fedora;

/// <summary>Fedora: notices name the binary package.</summary>
public static class FedoraDistribution
{
    public static Distribution Distribution { get; } = new()
    {
        Ids = ["fedora"],
        Family = "Fedora",
        PackageType = "rpm",
        AdvisoryEcosystems = os => os.VersionId is { Length: > 0 } version ? [$"Fedora:{version}"] : [],
        BySource = false,
        IsOwn = RpmDistributions.OwnBy("Fedora"),
        IsKernelHeaders = RpmDistributions.IsKernelHeaders,
        Feeds = ["fedora"],
        EndOfLifeProduct = "fedora",
    };
}
