using Vidimus.Ecosystems.Rpm;
using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.AzureLinux;

/// <summary>Azure Linux, which was called CBL-Mariner before its third release: advisories name the source package.</summary>
public static class AzureLinuxDistribution
{
    public static Distribution Distribution { get; } = new()
    {
        Ids = ["azurelinux", "mariner"],
        Family = "Azure Linux",
        PackageType = "rpm",
        AdvisoryEcosystems = os => RpmDistributions.Major(os.VersionId) is { } major ? [$"Azure Linux:{major}", "Azure Linux"] : [],
        BySource = true,
        IsOwn = RpmDistributions.OwnBy("Microsoft"),
        IsKernelHeaders = RpmDistributions.IsKernelHeaders,
        Feeds = ["azurelinux", "osv/Azure Linux"],
        EndOfLifeProduct = "azure-linux",
        EndOfLifeCycle = os => os.VersionId is { } version && version.Split('.') is [var major, var minor, ..] ? $"{major}.{minor}" : os.VersionId,
    };
}
