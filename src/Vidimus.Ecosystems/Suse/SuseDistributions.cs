using Vidimus.Ecosystems.Rpm;
using Vidimus.Model.Matching;
using Os = Vidimus.Model.Inventory.OsRelease;

namespace Vidimus.Ecosystems.Suse;

/// <summary>SUSE's systems: advisories name the source package of a product, which is os-release's PRETTY_NAME without the leading <c>SUSE</c>.</summary>
public static class SuseDistributions
{
    /// <summary>Enterprise Linux 15 and later is put together from modules, each a product of its own.</summary>
    private static readonly string[] Modules = ["Basesystem", "Server Applications", "Desktop Applications", "Development Tools", "Web and Scripting", "Containers", "Public Cloud", "Python 3", "Legacy"];

    public static Distribution Enterprise { get; } = new()
    {
        Ids = ["sles", "sled", "sles_sap"],
        Family = "SUSE",
        PackageType = "rpm",
        AdvisoryEcosystems = EnterpriseProducts,
        BySource = true,
        IsOwn = RpmDistributions.OwnBy("SUSE"),
        IsKernelHeaders = RpmDistributions.IsKernelHeaders,
        Feeds = ["osv/SUSE"],
        EndOfLifeProduct = "sles",
        EndOfLifeCycle = os => os.VersionId is { } version ? version.Contains('.', StringComparison.Ordinal) ? version : $"{version}.0" : null,
    };

    public static Distribution Micro { get; } = Enterprise with
    {
        Ids = ["sle-micro", "sl-micro", "sle-micro-rancher", "suse-microos"],
        AdvisoryEcosystems = os => Product(os) is { } product ? [product, "SUSE"] : [],
        EndOfLifeProduct = "suse-linux-micro",
        EndOfLifeCycle = os => os.VersionId,
    };

    public static Distribution OpenSuse { get; } = Enterprise with
    {
        Ids = ["opensuse-leap", "opensuse-tumbleweed", "opensuse"],
        Family = "openSUSE",
        AdvisoryEcosystems = OpenProducts,
        IsOwn = RpmDistributions.OwnBy("openSUSE", "SUSE"),
        Feeds = ["osv/openSUSE"],
        EndOfLifeProduct = null,
    };

    private static string? Product(Os os) => os.Name?.StartsWith("SUSE ", StringComparison.Ordinal) is true ? $"SUSE:{os.Name[5..]}" : null;

    private static List<string> EnterpriseProducts(Os os)
    {
        if (Product(os) is not { } product || os.VersionId?.Split('.') is not [{ Length: > 0 } major, ..] numbers) return [];

        var release = numbers is [_, var pack, ..] && pack is not "0" ? $"{major} SP{pack}" : major;
        var server = $"SUSE:Linux Enterprise Server {release}";
        var products = new List<string> { product };
        if (product != server) products.Add(server);
        if (int.TryParse(major, out var number) && number == 15) products.AddRange(Modules.Select(module => $"SUSE:Linux Enterprise Module for {module} {release}"));
        products.AddRange([$"{server}-LTSS", "SUSE"]);
        return products;
    }

    private static IReadOnlyList<string> OpenProducts(Os os) => os switch
    {
        { Id: "opensuse-tumbleweed" } => ["openSUSE:Tumbleweed", "openSUSE"],
        { VersionId: { Length: > 0 } version } => [$"openSUSE:Leap {version}", "openSUSE"],
        _ => [],
    };
}
