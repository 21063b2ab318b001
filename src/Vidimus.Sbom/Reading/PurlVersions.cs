using Vidimus.Model;
using Vidimus.Model.Inventory;

namespace Vidimus.Sbom.Reading;

/// <summary>Name and version of a package that a purl and a member beside it both tell.</summary>
internal static class PurlVersions
{
    /// <summary>The purl's version, with the epoch that OS packages may have in a qualifier or in the component's version alone.</summary>
    public static string Of(PackageUrl purl, string? written, bool isOs)
    {
        if (purl.Version is not { } version) return written ?? "";
        if (!isOs || Purls.Epoch(version) is not null) return version;
        if (written is not null && Purls.Epoch(written) is { } own && written.AsSpan(own.Length + 1).SequenceEqual(version)) return written;
        return purl.Qualifiers.GetValueOrDefault("epoch") is { } epoch && epoch != "0" ? $"{epoch}:{version}" : version;
    }

    public static string? AsWritten(string? component, string? purl) =>
        component is not null && purl is not null && string.Equals(component.Replace('_', '-'), purl.Replace('_', '-'), StringComparison.OrdinalIgnoreCase) ? component : purl;
}
