using Vidimus.Model;
using Vidimus.Model.Inventory;

namespace Vidimus.Sbom.Reading;

/// <summary>What other tools call a system, and its ID in os-release.</summary>
internal static class SystemNames
{
    private static readonly Dictionary<string, string> Ids = new(StringComparer.OrdinalIgnoreCase)
    {
        ["AlmaLinux"] = "almalinux",
        ["Alma Linux"] = "almalinux",
        ["alma"] = "almalinux",
        ["Alpine Linux"] = "alpine",
        ["Amazon Linux"] = "amzn",
        ["Amazon Linux AMI"] = "amzn",
        ["amazon"] = "amzn",
        ["Arch Linux"] = "arch",
        ["Azure Linux"] = "azurelinux",
        ["Microsoft Azure Linux"] = "azurelinux",
        ["azure"] = "azurelinux",
        ["CBL-Mariner"] = "mariner",
        ["CBL-Mariner Linux"] = "mariner",
        ["Common Base Linux Mariner"] = "mariner",
        ["CentOS Linux"] = "centos",
        ["CentOS Stream"] = "centos",
        ["Debian GNU/Linux"] = "debian",
        ["Fedora Linux"] = "fedora",
        ["openSUSE Leap"] = "opensuse-leap",
        ["openSUSE Tumbleweed"] = "opensuse-tumbleweed",
        ["opensuse.leap"] = "opensuse-leap",
        ["opensuse.tumbleweed"] = "opensuse-tumbleweed",
        ["Oracle Linux"] = "ol",
        ["Oracle Linux Server"] = "ol",
        ["oracle"] = "ol",
        ["Photon OS"] = "photon",
        ["VMware Photon OS"] = "photon",
        ["Red Hat Enterprise Linux"] = "rhel",
        ["Red Hat Enterprise Linux Server"] = "rhel",
        ["redhat"] = "rhel",
        ["Rocky Linux"] = "rocky",
        ["SUSE Linux Enterprise Server"] = "sles",
        ["SLES"] = "sles",
        ["suse"] = "sles",
    };

    private static readonly Dictionary<string, string> Codenames = new(StringComparer.Ordinal)
    {
        ["buster"] = "10",
        ["bullseye"] = "11",
        ["bookworm"] = "12",
        ["trixie"] = "13",
        ["forky"] = "14",
        ["trusty"] = "14.04",
        ["xenial"] = "16.04",
        ["bionic"] = "18.04",
        ["focal"] = "20.04",
        ["jammy"] = "22.04",
        ["noble"] = "24.04",
    };

    /// <summary>A system from an SBOM's words for it; null for none.</summary>
    /// <param name="name">An os-release ID, a purl namespace or a name that a tool shows (<c>Debian GNU/Linux</c>).</param>
    /// <param name="version">A release (<c>12</c>, <c>12.5</c>, <c>bookworm</c>).</param>
    public static OsRelease? Of(string? name, string? version)
    {
        if (string.IsNullOrWhiteSpace(name) || name is "none") return null;
        var id = Ids.TryGetValue(name.Trim(), out var known) ? known : name.Trim().ToLowerInvariant();
        if (id.Contains(' ', StringComparison.Ordinal)) return null;

        var codename = version is not null && Codenames.ContainsKey(version) ? version : null;
        if (codename is not null) version = Codenames[codename];
        // Debian's VERSION_ID is the release alone; tools that read debian_version put the point release behind it.
        if (id is "debian" && version?.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot) version = version[..dot];
        return new(id, string.IsNullOrEmpty(version) ? null : version, name) { Codename = codename };
    }

    /// <summary>The system that an OS package's purl tells of: <c>distro=debian-12</c>, <c>distro=debian-bookworm</c>, <c>distro=12.5</c>, <c>distro=bookworm</c>, with the namespace.</summary>
    public static OsRelease? Of(PackageUrl purl)
    {
        if (!purl.Qualifiers.TryGetValue("distro", out var distro)) return Of(purl.Namespace, null);
        if (char.IsAsciiDigit(distro[0]) || Codenames.ContainsKey(distro)) return Of(purl.Namespace, distro);
        return distro.LastIndexOf('-') is > 0 and var dash && distro[(dash + 1)..] is { Length: > 0 } version && (char.IsAsciiDigit(version[0]) || Codenames.ContainsKey(version))
            ? Of(distro[..dash], version)
            : Of(distro, null);
    }
}
