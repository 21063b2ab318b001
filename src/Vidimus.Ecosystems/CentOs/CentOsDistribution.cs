using Vidimus.Ecosystems.Rpm;
using Vidimus.Model.Matching;
using Os = Vidimus.Model.Inventory.OsRelease;

namespace Vidimus.Ecosystems.CentOs;

/// <summary>CentOS Linux, rebuilt from Red Hat's sources with the same versions: Red Hat's advisories of the release speak of it, since CentOS publishes none in a form of its own.</summary>
/// <remarks>CentOS Stream runs ahead of Red Hat's releases: what Red Hat fixed in a release may stand in Stream under another number, so nothing is said of it.</remarks>
public static class CentOsDistribution
{
    private static readonly string[] Repositories = ["baseos", "appstream", "crb", "highavailability", "resilientstorage"];

    public static Distribution Distribution { get; } = new()
    {
        Ids = ["centos"],
        Family = "CentOS",
        PackageType = "rpm",
        AdvisoryEcosystems = Products,
        BySource = false,
        IsOwn = RpmDistributions.OwnBy("CentOS"),
        IsKernelHeaders = RpmDistributions.IsKernelHeaders,
        Feeds = ["redhat", "osv/Red Hat"],
        EndOfLifeProduct = "centos",
        EndOfLifeCycle = os => RpmDistributions.Major(os.VersionId),
    };

    private static IReadOnlyList<string> Products(Os os)
    {
        if (RpmDistributions.Major(os.VersionId) is not { } major || !int.TryParse(major, out var number) || os.Name?.Contains("Stream", StringComparison.Ordinal) is true) return [];
        return number switch
        {
            6 or 7 => [$"Red Hat:enterprise_linux:{major}::server", $"Red Hat:enterprise_linux:{major}::workstation", $"Red Hat:enterprise_linux:{major}", "Red Hat"],
            8 => [.. Repositories.Select(repository => $"Red Hat:enterprise_linux:{major}::{repository}"), $"Red Hat:enterprise_linux:{major}", "Red Hat"],
            _ => [],
        };
    }
}
