using Vidimus.Model;
using Vidimus.Model.Inventory;

namespace Vidimus.Sbom.Reading;

/// <summary>The source package that a package was built from, in the spelling of whichever tool wrote it.</summary>
internal static class SourceNames
{
    /// <summary>The source package in the spelling of whichever tool wrote it; null when the package is its own.</summary>
    public static SourcePackage? Of(Package package, PackageUrl purl, Properties properties, bool isOwn, SourcePackage? parent)
    {
        if (properties["vidimus:source:name"] is { } own) return new(own, properties["vidimus:source:version"] ?? "");
        if (isOwn) return null;

        SourcePackage? source;
        if (properties["aquasecurity:trivy:SrcName"] is { } trivy) source = new(trivy, TrivyVersion(properties) ?? package.Version);
        else if (properties["syft:metadata:source"] is { } syft) source = new(syft, properties["syft:metadata:sourceVersion"] ?? package.Version);
        else if (properties["syft:metadata:originPackage"] is { } origin) source = new(origin, package.Version);
        else if ((purl.Qualifiers.GetValueOrDefault("upstream") ?? properties["syft:metadata:sourceRpm"]) is { } upstream) source = Upstream(upstream, package);
        else if (purl.Qualifiers.GetValueOrDefault("source") is { } inspector) source = parent ?? new(inspector, package.Version);
        else source = parent;
        return source is null || (source.Name == package.Name && source.Version == package.Version) ? null : source;
    }

    private static string? TrivyVersion(Properties properties)
    {
        if (properties["aquasecurity:trivy:SrcVersion"] is not { } version) return null;
        if (properties["aquasecurity:trivy:SrcRelease"] is { } release) version = $"{version}-{release}";
        return properties["aquasecurity:trivy:SrcEpoch"] is { } epoch && epoch != "0" ? $"{epoch}:{version}" : version;
    }

    /// <summary><c>name</c>, <c>name@version</c> or a source rpm's file name, whose epoch is nowhere told.</summary>
    private static SourcePackage Upstream(string text, Package package)
    {
        if (package.Type is "rpm" && text.EndsWith(".src.rpm", StringComparison.Ordinal))
        {
            var name = text[..^".src.rpm".Length];
            if (name.LastIndexOf('-') is > 0 and var release && name.LastIndexOf('-', release - 1) is > 0 and var version) return new(name[..version], name[(version + 1)..]);
        }

        return text.LastIndexOf('@') is > 0 and var at ? new(text[..at], text[(at + 1)..]) : new(text, package.Version);
    }
}
