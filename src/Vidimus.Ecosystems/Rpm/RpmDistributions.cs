using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Rpm;

/// <summary>What the distributions of rpm packages have in common.</summary>
internal static class RpmDistributions
{
    /// <summary>Kernel packages that hold no kernel: headers, build trees, sources, documents. Flavours (<c>-debug</c>, <c>-rt</c>) stand between.</summary>
    private static readonly string[] HeaderEndings = ["-headers", "-devel", "-devel-matched", "-doc", "-docs", "-source", "-macros", "-syms", "-abi-stablelists", "-abi-whitelists"];

    /// <summary>A rule by the vendor that the database names. A package that names none at all (an SBOM's) is the distribution's; an rpm built without one
    /// (<see cref="Package.Vendor"/> empty) is not.</summary>
    public static Func<Package, bool> OwnBy(params string[] vendors) =>
        package => package.Vendor is not { } vendor || Array.Exists(vendors, name => vendor.StartsWith(name, StringComparison.OrdinalIgnoreCase));

    public static bool IsKernelHeaders(Package package) =>
        package.Name.StartsWith("kernel-", StringComparison.Ordinal)
        && !package.Name.StartsWith("kernel-tools", StringComparison.Ordinal)
        && Array.Exists(HeaderEndings, ending => package.Name.EndsWith(ending, StringComparison.Ordinal));

    /// <summary>The part of a version before its first dot.</summary>
    public static string? Major(string? version) => string.IsNullOrEmpty(version) ? null : version.Split('.')[0];
}
