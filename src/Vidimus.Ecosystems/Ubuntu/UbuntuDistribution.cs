using Vidimus.Ecosystems.Dpkg;
using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Ubuntu;

/// <summary>Ubuntu: advisories name the source package and the release, with <c>:LTS</c> for those of long-term support.</summary>
/// <remarks>What Ubuntu Pro alone repairs is filed under <c>Ubuntu:Pro:…</c>; it is asked for by nobody who has no Pro, so it is not a key here.</remarks>
public static class UbuntuDistribution
{
    public static Distribution Distribution { get; } = new()
    {
        Ids = ["ubuntu"],
        Family = "Ubuntu",
        PackageType = "deb",
        AdvisoryEcosystems = os => os.VersionId is { Length: > 0 } version ? [IsLongTerm(version) ? $"Ubuntu:{version}:LTS" : $"Ubuntu:{version}", "Ubuntu"] : [],
        BySource = true,
        IsOwn = DpkgDistributions.IsOwn,
        IsKernelHeaders = DpkgDistributions.IsKernelHeaders,
        Feeds = ["osv/Ubuntu"],
        EndOfLifeProduct = "ubuntu",
    };

    /// <summary>The April release of every even year.</summary>
    private static bool IsLongTerm(string version) => version.Split('.') is [var year, "04"] && int.TryParse(year, out var number) && number % 2 == 0;
}
