namespace Vidimus.Model.Inventory;

/// <summary>The package URL of a package in a target.</summary>
public static class Purls
{
    /// <summary>The purl: the distribution as namespace and <c>distro</c> qualifier of OS packages, with the qualifiers that other tools read (<c>arch</c>, <c>epoch</c>, <c>upstream</c>, <c>rpmmod</c>).</summary>
    /// <param name="os">The system that the package belongs to; null outside of one.</param>
    public static PackageUrl Of(Package package, OsRelease? os)
    {
        ArgumentNullException.ThrowIfNull(package);
        if (!IsOs(package.Type)) return new(package.Type, package.Namespace, package.Name, package.Version);

        var qualifiers = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!string.IsNullOrEmpty(package.Architecture)) qualifiers["arch"] = package.Architecture;
        if (os is not null) qualifiers["distro"] = string.IsNullOrEmpty(os.VersionId) ? os.Id : $"{os.Id}-{os.VersionId}";
        if (package.Source is { } source && (source.Name != package.Name || source.Version != package.Version)) qualifiers["upstream"] = Upstream(package, source);
        if (!string.IsNullOrEmpty(package.Module)) qualifiers["rpmmod"] = package.Module;

        var version = package.Version;
        if (package.Type is "rpm" && Epoch(version) is { } epoch)
        {
            if (epoch is not "0") qualifiers["epoch"] = epoch;
            version = version[(epoch.Length + 1)..];
        }

        return new(package.Type, package.Namespace ?? Namespace(os), package.Name, version) { Qualifiers = qualifiers };
    }

    /// <summary>Whether a purl type is that of a system's package manager, so that its namespace is the distribution.</summary>
    public static bool IsOs(string type) => type is "deb" or "rpm" or "apk" or "alpm" or "ebuild";

    /// <summary>The epoch that a version text begins with (<c>1:2.3-4</c>), or null.</summary>
    public static string? Epoch(string version)
    {
        ArgumentNullException.ThrowIfNull(version);
        return version.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && !version.AsSpan(0, colon).ContainsAnyExceptInRange('0', '9') ? version[..colon] : null;
    }

    /// <summary>The vendor's name in purls, which for Red Hat's and SUSE's systems is not os-release's ID.</summary>
    private static string? Namespace(OsRelease? os) => os?.Id switch
    {
        "rhel" => "redhat",
        "sles" or "sled" or "sle_hpc" => "suse",
        { } id when id.StartsWith("opensuse", StringComparison.Ordinal) => "opensuse",
        var id => id,
    };

    /// <summary>How Syft writes a source, and Grype reads it: the source rpm's file name, else the name, with the version where that differs.</summary>
    private static string Upstream(Package package, SourcePackage source)
    {
        if (package.Type is not "rpm") return source.Version == package.Version ? source.Name : $"{source.Name}@{source.Version}";
        var version = Epoch(source.Version) is { } epoch ? source.Version[(epoch.Length + 1)..] : source.Version;
        return $"{source.Name}-{version}.src.rpm";
    }
}
