using Vidimus.Model;
using Vidimus.Model.Inventory;
using Vidimus.Model.Reports;

namespace Vidimus.Sbom;

/// <summary>A report's target, system and packages as an inventory has them.</summary>
internal static class ReportParts
{
    public static TargetInfo Target(ScanReport report)
    {
        var target = report.Target;
        return new(target.Kind, target.Name, target.Digest, target.Arch, [.. target.Layers.Select(l => new Layer(l.Digest, l.DiffId, l.CreatedBy))]);
    }

    public static OsRelease? System(ScanReport report) => report.Target.Os is { } os
        ? new(os.Id, os.Version, os.Name) { SupportEnd = DateOnly.TryParseExact(os.Eol, "yyyy-MM-dd", out var day) ? day : null }
        : null;

    /// <summary>The report names a package as its people do; the purl has the namespace apart.</summary>
    public static InventoryPackage Package(ReportPackage package)
    {
        var space = PackageUrl.TryParse(package.Purl, out var purl) && !Purls.IsOs(package.Type) ? purl.Namespace : null;
        return new(
            package.Id, package.Purl,
            new()
            {
                Type = package.Type,
                Namespace = space,
                Name = space is not null && purl is not null ? purl.Name : package.Name,
                Version = package.Version,
                Architecture = package.Arch,
                Source = package.Source is { } source ? new(source.Name, source.Version) : null,
                Scope = package.Scope,
                Licenses = package.Licenses,
            },
            [.. package.Locations.Select(l => new Location(l.Path, l.Layer, l.Entry))], package.Owner);
    }
}
