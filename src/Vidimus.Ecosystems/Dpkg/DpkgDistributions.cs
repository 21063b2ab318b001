using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Dpkg;

/// <summary>What Debian and those built from it have in common.</summary>
internal static class DpkgDistributions
{
    /// <summary>How the maintainers of well-known repositories beside the distribution's sign: their packages are not the distribution's, whatever their names.</summary>
    private static readonly string[] Foreign =
    [
        "Docker", "NVIDIA", "Google", "Chrome Linux Team", "Microsoft", "HashiCorp", "Kubernetes", "GitLab", "Grafana", "MongoDB", "Elastic", "MariaDB Corporation", "MySQL Release", "Oracle",
    ];

    /// <summary>The kernel's headers and what modules are built with; source packages <c>linux</c>, <c>linux-aws</c>, <c>linux-hwe-6.8</c>, ….</summary>
    private static readonly string[] Headers = ["linux-libc-dev", "linux-headers-", "linux-kbuild-", "linux-compiler-", "linux-doc", "linux-source", "linux-config-", "linux-support-"];

    /// <summary>By maintainer; a package that names none (an SBOM's) is the distribution's.</summary>
    public static bool IsOwn(Package package) => package.Vendor is not { } maintainer || !Array.Exists(Foreign, name => maintainer.StartsWith(name, StringComparison.OrdinalIgnoreCase));

    public static bool IsKernelHeaders(Package package)
    {
        var source = package.Source?.Name ?? package.Name;
        return (source is "linux" || source.StartsWith("linux-", StringComparison.Ordinal))
            && (package.Name.Contains("-headers-", StringComparison.Ordinal) || Array.Exists(Headers, name => package.Name.StartsWith(name, StringComparison.Ordinal)));
    }
}
