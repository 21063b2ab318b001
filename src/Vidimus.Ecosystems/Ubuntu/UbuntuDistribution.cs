using Vidimus.Ecosystems.Dpkg;
using Vidimus.Model.Inventory;
using Vidimus.Model.Matching;
using Os = Vidimus.Model.Inventory.OsRelease;

namespace Vidimus.Ecosystems.Ubuntu;

/// <summary>Ubuntu: advisories name the source package and the release, with <c>:LTS</c> for those of long-term support.</summary>
/// <remarks>
/// What Ubuntu Pro alone repairs is filed under <c>Ubuntu:Pro:…</c>. Whether a system has Pro is told by its packages: a build of ESM has <c>esm</c> in its version, one of FIPS <c>fips</c>, and is judged by that
/// archive's records before the release's own. A package of the release's own archive is judged by the release's alone.
/// </remarks>
public static class UbuntuDistribution
{
    public static Distribution Distribution { get; } = new()
    {
        Ids = ["ubuntu"],
        Family = "Ubuntu",
        PackageType = "deb",
        AdvisoryEcosystems = os => os.VersionId is { Length: > 0 } version ? [UbuntuReleases.OfNumber(version), "Ubuntu"] : [],
        PocketOf = PocketOf,
        PocketEcosystems = Pocket,
        BySource = true,
        IsOwn = DpkgDistributions.IsOwn,
        IsKernelHeaders = DpkgDistributions.IsKernelHeaders,
        Feeds = ["osv/Ubuntu", "ubuntu"],
        EndOfLifeProduct = "ubuntu",
    };

    private static string? PocketOf(Package package)
    {
        var version = package.Version;
        if (version.Contains("fips", StringComparison.OrdinalIgnoreCase) || package.Source is { Name: var source } && source.Contains("-fips", StringComparison.Ordinal)) return "fips";
        if (version.Contains("esm", StringComparison.Ordinal)) return "esm";
        return (package.Source?.Name ?? package.Name).StartsWith("linux-realtime", StringComparison.Ordinal) ? "realtime" : null;
    }

    private static IReadOnlyList<string> Pocket(Os os, string pocket)
    {
        if (os.VersionId is not { Length: > 0 } version) return [];
        var release = UbuntuReleases.OfNumber(version)["Ubuntu:".Length..];
        return pocket switch
        {
            "fips" => [$"Ubuntu:Pro:FIPS-updates:{release}", $"Ubuntu:Pro:FIPS:{release}", $"Ubuntu:Pro:FIPS-preview:{release}", $"Ubuntu:Pro:{release}"],
            "realtime" => [$"Ubuntu:Pro:{release}:Realtime:Kernel", $"Ubuntu:Pro:{release}"],
            _ => [$"Ubuntu:Pro:{release}"],
        };
    }
}
