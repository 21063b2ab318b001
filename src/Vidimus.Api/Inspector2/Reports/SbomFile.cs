using System.Security.Cryptography;
using System.Text;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Findings.Contents;
using Vidimus.Model.Documents;
using Vidimus.Model.Inventory;
using Vidimus.Model.Reports;
using Vidimus.Sbom.CycloneDx;
using Vidimus.Sbom.Spdx;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Reports;

/// <summary>The bill of materials of one resource, with what is known to be wrong with it.</summary>
internal static class SbomFile
{
    private static readonly ReportTool Tool = new("vidimus", typeof(SbomFile).Assembly.GetName().Version?.ToString(3) ?? "0");

    /// <param name="id">The resource's, as the wire has it.</param>
    /// <param name="documents">What the resource holds.</param>
    /// <param name="findings">Its active ones.</param>
    public static void Write(string format, string id, ResourceFacts facts, Storage.Resource resource, IReadOnlyList<DocumentContent> documents, IReadOnlyList<FindingContents> findings, DateTimeOffset now, Stream output)
    {
        var report = Report(id, facts, resource, documents, findings);
        if (format == SbomReportFormat.Spdx23) SpdxWriter.Write(report, output, now);
        else CycloneDxWriter.Write(report, output, now, CycloneDxVersion.V14);
    }

    private static ScanReport Report(string id, ResourceFacts facts, Storage.Resource resource, IReadOnlyList<DocumentContent> documents, IReadOnlyList<FindingContents> findings)
    {
        var os = documents.Select(d => d.Os).FirstOrDefault(o => o is not null);
        ReportPackage[] packages = [.. documents.SelectMany(d => d.Packages).Select(p => Package(p, os))];
        var byPurl = packages.ToLookup(p => p.Purl);
        return new()
        {
            Tool = Tool,
            Target = new(resource.Key.Kind, id, facts.Image?.Digest, facts.Architecture, os is null ? null : new(os.Id, os.Name ?? os.Id, os.VersionId, os.SupportEnd?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)), []),
            Book = new(null, false, false, []),
            Complete = true,
            Summary = new(0, 0, 0, 0, 0, 0, 0, 0, 0),
            Packages = packages,
            Findings = [.. findings.SelectMany(f => Findings(f, byPurl))],
            Notes = [],
        };
    }

    private static ReportPackage Package(DocumentPackage item, OsRelease? os)
    {
        var package = item.Package;
        var purl = item.Purl ?? Purls.Of(package, os).ToString();
        var first = item.Places[0];
        return new(
            Id(purl, first), purl, package.Name, package.Version, package.Type, package.Architecture, package.Source is { } source ? new(source.Name, source.Version ?? package.Version) : null,
            first.Path, first.Layer, [.. item.Places.Select(p => new ReportLocation(p.Path, p.Layer, p.Entry))], item.Owner, package.Scope, package.Licenses);
    }

    /// <summary>One for each affected package; none for what is no vulnerability of a package.</summary>
    private static IEnumerable<ReportFinding> Findings(FindingContents contents, ILookup<string, ReportPackage> packages) =>
        from affected in contents.Evidence?.Packages ?? []
        let found = packages[affected.Purl].ToList()
        from package in found.Where(p => p.Path == affected.Path) is var placed && placed.Any() ? placed : found.Take(1)
        select new ReportFinding
        {
            Key = $"{contents.Finding.Id}:{package.Id}",
            Kind = "vulnerability",
            Id = contents.Vulnerability?.DisplayId ?? contents.Title,
            Aliases = contents.Details?.Aliases ?? [],
            Title = contents.Title,
            Severity = contents.Finding.Facts.Severity.ToString().ToUpperInvariant(),
            Score = contents.Finding.Facts.Score,
            Cvss = [],
            Cwes = contents.Details?.Cwes ?? [],
            PackageId = package.Id,
            Purl = package.Purl,
            Package = package.Name,
            Version = package.Version,
            FixedVersion = affected.Fixed,
            FixedVersions = affected.Fixed is { } fix ? [fix] : [],
            Status = affected.Fixed is null ? "affected" : "fixed",
            Path = affected.Path,
            Advisory = contents.Evidence!.Advisory,
            Source = contents.Evidence.Feed,
            Url = Url(contents),
            Evidence = [],
        };

    /// <summary>Where the source that decided speaks of it; SPDX names a vulnerability by an address.</summary>
    private static string? Url(FindingContents contents) =>
        contents.Details?.Sources.FirstOrDefault(s => s.Feed == contents.Evidence!.Feed)?.Url
        ?? (contents.Vulnerability?.DisplayId is { } id && id.StartsWith("CVE-", System.StringComparison.Ordinal) ? $"https://www.cve.org/CVERecord?id={id}" : null);

    /// <summary>Equal for the same package at the same place.</summary>
    private static string Id(string purl, DocumentPlace place) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{purl}\0{place.Path}\0{place.Entry}\0{place.Layer}")))[..32];
}
