using Vidimus.Model.Inventory;

namespace Vidimus.Sbom.Reading;

/// <summary>The digests that both formats know, by CycloneDX's name and SPDX's.</summary>
internal static class HashNames
{
    private static readonly (string CycloneDx, string Spdx, int Digits)[] Known =
    [
        ("MD5", "MD5", 32), ("SHA-1", "SHA1", 40), ("SHA-256", "SHA256", 64), ("SHA-384", "SHA384", 96), ("SHA-512", "SHA512", 128),
        ("SHA3-256", "SHA3-256", 64), ("SHA3-384", "SHA3-384", 96), ("SHA3-512", "SHA3-512", 128),
        ("BLAKE2b-256", "BLAKE2b-256", 64), ("BLAKE2b-384", "BLAKE2b-384", 96), ("BLAKE2b-512", "BLAKE2b-512", 128),
    ];

    /// <summary>A digest by either name; null for one that is none.</summary>
    public static PackageHash? Of(string? algorithm, string? value)
    {
        if (algorithm is null || value is null) return null;
        foreach (var known in Known)
        {
            if ((known.CycloneDx == algorithm || known.Spdx == algorithm) && value.Length == known.Digits && value.All(char.IsAsciiHexDigit)) return new(known.CycloneDx, value.ToLowerInvariant());
        }

        return null;
    }

    /// <summary>SPDX's name of a digest; null where its text is no such digest.</summary>
    public static string? Spdx(PackageHash hash)
    {
        foreach (var known in Known)
        {
            if (known.CycloneDx == hash.Algorithm && hash.Value.Length == known.Digits) return known.Spdx;
        }

        return null;
    }
}
