using Vidimus.Ecosystems.Rpm;
using Vidimus.Model.Matching;
using Os = Vidimus.Model.Inventory.OsRelease;

namespace Vidimus.Ecosystems.RedHat;

/// <summary>Red Hat Enterprise Linux: advisories name the binary package of a product, which is a CPE without its <c>cpe:/o:redhat:</c>.</summary>
/// <remarks>
/// A system does not say which of a release's repositories a package came from, so all of them are asked; a package's name is in one of them.
/// The extended streams of the system's very minor release come first; the product without a repository, which holds what has no fix, last.
/// </remarks>
public static class RedHatDistribution
{
    private static readonly string[] Repositories = ["baseos", "appstream", "crb", "highavailability", "resilientstorage", "realtime", "nfv", "sap", "sap_hana", "supplementary"];

    private static readonly string[] Extended = ["rhel_eus", "rhel_e4s", "rhel_aus", "rhel_tus"];

    private static readonly string[] Variants = ["server", "client", "workstation", "computenode"];

    public static Distribution Distribution { get; } = new()
    {
        Ids = ["rhel"],
        Family = "Red Hat",
        PackageType = "rpm",
        AdvisoryEcosystems = Products,
        BySource = false,
        IsOwn = RpmDistributions.OwnBy("Red Hat"),
        IsKernelHeaders = RpmDistributions.IsKernelHeaders,
        Feeds = ["redhat", "osv/Red Hat"],
        EndOfLifeProduct = "rhel",
        EndOfLifeCycle = os => RpmDistributions.Major(os.VersionId),
    };

    private static List<string> Products(Os os)
    {
        if (RpmDistributions.Major(os.VersionId) is not { } major || !int.TryParse(major, out var number)) return [];
        if (number < 8) return [.. Variants.Select(variant => $"Red Hat:enterprise_linux:{major}::{variant}"), $"Red Hat:enterprise_linux:{major}", "Red Hat"];

        var products = new List<string>();
        if (os.VersionId!.Contains('.', StringComparison.Ordinal))
        {
            // From 10 on the minor release stands in the product itself.
            if (number >= 10) products.Add($"Red Hat:enterprise_linux:{os.VersionId}");
            else products.AddRange(Extended.SelectMany(stream => Repositories.Select(repository => $"Red Hat:{stream}:{os.VersionId}::{repository}")));
        }

        products.AddRange(Repositories.Select(repository => $"Red Hat:enterprise_linux:{major}::{repository}"));
        products.Add($"Red Hat:enterprise_linux:{major}");
        products.Add("Red Hat");
        return products;
    }
}
