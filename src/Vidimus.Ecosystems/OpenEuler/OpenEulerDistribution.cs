using Vidimus.Ecosystems.Rpm;
using Vidimus.Model.Matching;
using Os = Vidimus.Model.Inventory.OsRelease;

namespace Vidimus.Ecosystems.OpenEuler;

/// <summary>openEuler: advisories name the source package and the release with its service pack, <c>22.03-LTS-SP3</c>.</summary>
public static class OpenEulerDistribution
{
    public static Distribution Distribution { get; } = new()
    {
        Ids = ["openeuler"],
        Family = "openEuler",
        PackageType = "rpm",
        AdvisoryEcosystems = os => Release(os) is { } release ? [$"openEuler:{release}", "openEuler"] : [],
        BySource = true,
        IsOwn = RpmDistributions.OwnBy("openEuler", "http://openeuler.org", "https://openeuler.org"),
        IsKernelHeaders = RpmDistributions.IsKernelHeaders,
        Feeds = ["osv/openEuler"],
    };

    /// <summary>VERSION_ID has the number alone; the rest stands in PRETTY_NAME's brackets: <c>openEuler 22.03 (LTS-SP3)</c>.</summary>
    private static string? Release(Os os)
    {
        if (string.IsNullOrEmpty(os.VersionId)) return null;

        var open = os.Name?.IndexOf('(', StringComparison.Ordinal) ?? -1;
        var close = open < 0 ? -1 : os.Name!.IndexOf(')', open);
        return close < 0 ? os.VersionId : $"{os.VersionId}-{os.Name![(open + 1)..close]}";
    }
}
