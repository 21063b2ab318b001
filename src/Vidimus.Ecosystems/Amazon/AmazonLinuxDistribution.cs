using Vidimus.Ecosystems.Rpm;
using Vidimus.Model.Matching;
using Os = Vidimus.Model.Inventory.OsRelease;

namespace Vidimus.Ecosystems.Amazon;

/// <summary>Amazon Linux: notices name the binary package with its architecture.</summary>
public static class AmazonLinuxDistribution
{
    public static Distribution Distribution { get; } = new()
    {
        Ids = ["amzn"],
        Family = "Amazon Linux",
        PackageType = "rpm",
        AdvisoryEcosystems = os => Release(os) is { } release ? [$"Amazon Linux:{release}"] : [],
        BySource = false,
        IsOwn = RpmDistributions.OwnBy("Amazon"),
        IsKernelHeaders = RpmDistributions.IsKernelHeaders,
        Feeds = ["amazon"],
        EndOfLifeProduct = "amazon-linux",
        EndOfLifeCycle = os => Release(os) is "1" ? "2018.03" : Release(os),
    };

    /// <summary>2, 2022, 2023, or 1 for the Amazon Linux AMI, whose version is a month (<c>2018.03</c>).</summary>
    private static string? Release(Os os) => os.VersionId is not { Length: > 0 } version ? null : version.Contains('.', StringComparison.Ordinal) && version.Length == 7 ? "1" : version.Split('.')[0];
}
