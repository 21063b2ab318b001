using Vidimus.Model;
using Vidimus.Model.Inventory;
using Vidimus.Model.Vex;

namespace Vidimus.Matching.Vex;

/// <summary>What of a scanned target a VEX document's products can be compared with.</summary>
internal sealed class VexTarget(Inventory inventory)
{
    private readonly TargetInfo target = inventory.Target;
    private readonly OsRelease? os = inventory.Os;

    /// <summary>Whether a product is this package, a whole that holds it, or the target that it is in.</summary>
    public bool Holds(VexProduct product, InventoryPackage item)
    {
        if (product.Bom is { } bom && !string.Equals(bom, target.Serial, StringComparison.OrdinalIgnoreCase)) return false;
        if (product.Within is not { } whole) return IsPackage(product, item) || IsTarget(product);
        return IsPackage(product, item) && (IsTarget(whole) || IsOwner(whole, item) || IsSystem(whole));
    }

    private bool IsPackage(VexProduct product, InventoryPackage item) =>
        product.Purl is { } purl && PackageUrl.TryParse(item.Purl, out var own) && PurlRule.Means(purl, own, item.Package, os, product.Versions);

    /// <summary>The OS package whose files hold a language package.</summary>
    private bool IsOwner(VexProduct whole, InventoryPackage item) =>
        whole.Purl is { } purl && item.Owner is { } owner && PackageUrl.TryParse(owner, out var own) && PurlRule.Means(purl, own, null, os);

    /// <summary>An image by the digest of its manifest; by name only when it came by that name from its registry.</summary>
    private bool IsTarget(VexProduct product)
    {
        if (target.Digest is { } digest && product.Digests.Contains(digest, StringComparer.OrdinalIgnoreCase)) return true;
        if (product.Purl is not { Type: "oci" or "docker" } purl || !IsArchitecture(purl)) return false;
        if (purl.Version is { } version && version.StartsWith("sha256:", StringComparison.OrdinalIgnoreCase)) return string.Equals(version, target.Digest, StringComparison.OrdinalIgnoreCase);
        return target.Kind is "image" && IsReference(purl);
    }

    private bool IsArchitecture(PackageUrl purl) => purl.Qualifiers.GetValueOrDefault("arch") is not { } architecture || architecture == target.Architecture;

    private bool IsReference(PackageUrl purl)
    {
        var name = target.Name.Split('@')[0];
        var colon = name.LastIndexOf(':');
        var tag = colon > name.LastIndexOf('/') ? name[(colon + 1)..] : null;
        var repository = tag is null ? name : name[..colon];
        if (!string.Equals(repository[(repository.LastIndexOf('/') + 1)..], purl.Name, StringComparison.OrdinalIgnoreCase)) return false;
        if (purl.Qualifiers.GetValueOrDefault("repository_url") is { } url && !string.Equals(url, repository, StringComparison.OrdinalIgnoreCase)) return false;
        if (purl.Namespace is { } space && !repository.EndsWith($"{space}/{purl.Name}", StringComparison.OrdinalIgnoreCase)) return false;
        return (purl.Qualifiers.GetValueOrDefault("tag") ?? purl.Version) is not { } wanted || wanted == tag;
    }

    /// <summary>A platform's CPE that is the target's own system: <c>cpe:/o:redhat:enterprise_linux:9</c>, <c>cpe:/a:redhat:enterprise_linux:9::appstream</c>.</summary>
    private bool IsSystem(VexProduct whole)
    {
        if (whole.Cpe is not { } cpe || os is not { VersionId: { Length: > 0 } release }) return false;
        var parts = cpe.StartsWith("cpe:2.3:", StringComparison.OrdinalIgnoreCase) ? cpe[8..].Split(':') : cpe.StartsWith("cpe:/", StringComparison.OrdinalIgnoreCase) ? cpe[5..].Split(':') : [];
        if (parts.Length < 4 || parts[0] is not ("o" or "a")) return false;
        var system = $"{parts[1]}:{parts[2]}".ToLowerInvariant() switch
        {
            "redhat:enterprise_linux" => "rhel",
            "suse:sles" => "sles",
            "opensuse:leap" => "opensuse-leap",
            "debian:debian_linux" => "debian",
            "canonical:ubuntu_linux" => "ubuntu",
            "almalinux:almalinux" => "almalinux",
            "rocky:rocky" => "rocky",
            "oracle:linux" => "ol",
            "amazon:linux" => "amzn",
            "microsoft:azure_linux" => "azurelinux",
            _ => null,
        };
        return system == os.Id && (parts[3] == release || release.StartsWith(parts[3] + ".", StringComparison.Ordinal));
    }
}
