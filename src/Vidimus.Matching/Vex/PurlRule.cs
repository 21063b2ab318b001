using Vidimus.Model;
using Vidimus.Model.Inventory;

namespace Vidimus.Matching.Vex;

/// <summary>Whether a VEX document's purl means a package: ADR 15.</summary>
/// <remarks>
/// What the purl leaves out holds for anything; what it says must be confirmed. A qualifier about which nothing is known of the package confirms nothing,
/// so a doubt shows a finding and never hides one.
/// </remarks>
internal static class PurlRule
{
    /// <param name="own">The package's own purl.</param>
    /// <param name="package">The package itself; null when only its purl is known (an owner).</param>
    /// <param name="versions">The versions that the document lists apart from the purl.</param>
    public static bool Means(PackageUrl said, PackageUrl own, Package? package, OsRelease? os, IReadOnlyList<string>? versions = null)
    {
        if (said.Type != own.Type || said.Namespace != own.Namespace) return false;

        // arch=source (Ubuntu) and arch=src (Red Hat) name the source package, of which the installed one is a part.
        var bySource = Purls.IsOs(said.Type) && said.Qualifiers.GetValueOrDefault("arch") is "source" or "src";
        var (name, version) = bySource ? (package?.Source?.Name ?? own.Name, package?.Source?.Version ?? package?.Version ?? own.Version) : (own.Name, package?.Version ?? own.Version);
        if (said.Name != name) return false;
        foreach (var (key, value) in said.Qualifiers)
        {
            if (!Confirms(key, value, said, own, bySource, version, os)) return false;
        }

        if (!string.IsNullOrEmpty(said.Subpath) && said.Subpath != own.Subpath) return false;
        var meant = versions ?? (said.Version is { } one ? [one] : null);
        return meant is null || meant.Any(v => IsVersion(said.Type, v, version ?? ""));
    }

    private static bool Confirms(string key, string value, PackageUrl said, PackageUrl own, bool bySource, string? version, OsRelease? os) => key switch
    {
        "arch" => bySource || own.Qualifiers.GetValueOrDefault("arch") == value,
        "distro" => own.Qualifiers.GetValueOrDefault("distro") == value || (os is not null && IsRelease(value, os)),
        "epoch" => (version is null ? null : Purls.Epoch(version)) is { } epoch ? epoch == value : (own.Qualifiers.GetValueOrDefault("epoch") ?? "0") == value,
        "rpmmod" => own.Qualifiers.GetValueOrDefault("rpmmod") is { } module && (module == value || module.StartsWith(value + ":", StringComparison.Ordinal)),
        "type" when said.Type is "maven" => value is "jar", // the default of the type, which nobody writes into a package's purl
        "package-id" => true, // Syft's number of a component, which tells one place of the same package from another
        _ => own.Qualifiers.GetValueOrDefault(key) == value,
    };

    /// <summary>A release as documents write it: <c>debian-12</c>, <c>12</c>, <c>bookworm</c>; <c>rhel-9</c> holds 9.4, and Debian's point releases (<c>debian-12.5</c>) are one release.</summary>
    private static bool IsRelease(string distro, OsRelease os)
    {
        var said = distro.StartsWith(os.Id, StringComparison.Ordinal) && distro.Length > os.Id.Length && distro[os.Id.Length] is '-' or '/' ? distro[(os.Id.Length + 1)..] : distro;
        if (os.Codename is { Length: > 0 } codename && said == codename) return true;
        return os.VersionId is { Length: > 0 } release
            && (said == release || release.StartsWith(said + ".", StringComparison.Ordinal) || (os.Id is "debian" && said.StartsWith(release + ".", StringComparison.Ordinal)));
    }

    /// <summary>Equal as text, but that an rpm's epoch may stand in a qualifier and a Go module's <c>v</c> may be left out.</summary>
    private static bool IsVersion(string type, string said, string own)
    {
        if (said == own) return true;
        return type switch
        {
            "rpm" => WithoutEpoch(own) == (Purls.Epoch(said) is null or "0" ? WithoutEpoch(said) : null),
            "golang" => said.TrimStart('v') == own.TrimStart('v'),
            _ => false,
        };
    }

    private static string WithoutEpoch(string version) => Purls.Epoch(version) is { } epoch ? version[(epoch.Length + 1)..] : version;
}
