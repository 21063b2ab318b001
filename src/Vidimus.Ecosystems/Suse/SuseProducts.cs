using Vidimus.Ecosystems.Rpm;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.Suse;

/// <summary>What SUSE's documents call a product's package: <c>SUSE Linux Enterprise Server 15 SP4:krb5-1.19.2-150400.1.9</c>.</summary>
internal static class SuseProducts
{
    /// <summary>Package names end with the architecture in some documents.</summary>
    private static readonly string[] Architectures = [".x86_64", ".aarch64", ".s390x", ".ppc64le", ".noarch", ".i586", ".i686", ".src"];

    /// <summary>The state of a package of a product; null for what is no system's.</summary>
    /// <param name="isFixed">The id ends with the version that fixes it.</param>
    public static Affected? State(string id, AffectedStatus status, bool isFixed)
    {
        var colon = id.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || colon == id.Length - 1 || Ecosystem(id[..colon]) is not { } ecosystem) return null;
        var package = id[(colon + 1)..];
        if (Array.Find(Architectures, a => package.EndsWith(a, StringComparison.Ordinal)) is { } architecture) package = package[..^architecture.Length];
        if (!isFixed) return new() { Ecosystem = ecosystem, Name = package, Status = status, Ranges = status == AffectedStatus.NotAffected ? [] : [VersionRange.All] };
        return RpmText.Split(package) is { } split ? new() { Ecosystem = ecosystem, Name = split.Name, Ranges = [VersionRange.Before(split.Version)] } : null;
    }

    /// <summary>As OSV calls SUSE's products: <c>SUSE:Linux Enterprise Server 15 SP4</c>, <c>openSUSE:Leap 15.5</c>; null for what is no system's (containers' images).</summary>
    public static string? Ecosystem(string product) =>
        product.StartsWith("SUSE Linux ", StringComparison.Ordinal) ? $"SUSE:{product["SUSE ".Length..]}"
        : product.StartsWith("openSUSE ", StringComparison.Ordinal) ? $"openSUSE:{product["openSUSE ".Length..]}"
        : null;
}
