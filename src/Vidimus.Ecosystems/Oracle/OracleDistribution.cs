using Vidimus.Ecosystems.Rpm;
using Vidimus.Model.Inventory;
using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Oracle;

/// <summary>Oracle Linux: advisories name the binary package.</summary>
/// <remarks>Packages of Ksplice, patched in memory, have versions of their own (<c>2.17-325.0.1.ksplice1.el7</c>) and advisories of their own: a pocket.</remarks>
public static class OracleDistribution
{
    public const string Ksplice = "ksplice";

    public static Distribution Distribution { get; } = new()
    {
        Ids = ["ol"],
        Family = "Oracle Linux",
        PackageType = "rpm",
        AdvisoryEcosystems = os => RpmDistributions.Major(os.VersionId) is { } major ? [$"Oracle Linux:{major}", "Oracle Linux"] : [],
        PocketOf = PocketOf,
        PocketEcosystems = (os, pocket) => RpmDistributions.Major(os.VersionId) is { } major ? [$"Oracle Linux:{major}:{pocket}"] : [],
        BySource = false,
        IsOwn = RpmDistributions.OwnBy("Oracle"),
        IsKernelHeaders = RpmDistributions.IsKernelHeaders,
        Feeds = ["oracle"],
        EndOfLifeProduct = "oracle-linux",
        EndOfLifeCycle = os => RpmDistributions.Major(os.VersionId),
    };

    private static string? PocketOf(Package package) => IsKsplice(package.Version) ? Ksplice : null;

    public static bool IsKsplice(string version) => version.Contains(".ksplice", StringComparison.Ordinal);
}
