using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Vidimus.Advisories;
using Vidimus.Model.Advisories;
using Vidimus.Model.Inventory;
using Vidimus.Model.Matching;
using Vidimus.Model.Reports;

namespace Vidimus.Matching;

/// <summary>Makes findings of matches: texts, rating, fixes, evidence, and why one is hidden.</summary>
internal sealed class FindingMaker(Inventory inventory, Book book, MatchKeys keys)
{
    private readonly Matcher matcher = new(book, keys, inventory.Os);
    private readonly MatchList scratch = new();

    public ReportFinding Finding(PackageMatch match)
    {
        var item = inventory.Packages[match.Package];
        var package = item.Package;
        var vulnerability = book.Vulnerability(match.Vulnerability);
        var records = match.Hits.Select(h => new BookAffected(book, h.Affected)).Distinct().ToList();
        var deciding = match.Hits.Take(match.Deciding).Select(h => new BookAffected(book, h.Affected)).Distinct().ToList();
        var advisory = records[0].Advisory;
        var distribution = keys.For(package.Type, inventory.Os)?.Distribution;
        var rating = Rating.Of(records, vulnerability, isLanguage: distribution is null);
        var fixes = Fixes.Of(matcher, package, match.Vulnerability, deciding, scratch);
        var version = matcher.KeysOf(package)?.Version ?? package.Version;
        var statements = vulnerability.Statements;
        var kind = advisory.Kind == AdvisoryKind.Malicious ? "malicious" : "vulnerability";
        return new()
        {
            Key = Key(kind, vulnerability.Id, item.Id),
            Kind = kind,
            Id = vulnerability.Id,
            Aliases = vulnerability.Aliases,
            Title = Title(vulnerability, advisory, statements),
            Severity = Severities.Name(rating.Severity),
            SeveritySource = rating.Source,
            Score = rating.Best?.Score,
            Vector = rating.Best?.Vector,
            Cvss = [.. rating.All.Select(r => new ReportCvss(r.Source, r.Version, r.Score, r.Vector))],
            Cwes = [.. statements.SelectMany(s => s.Cwes).Concat(advisory.Cwes).Distinct(StringComparer.Ordinal).OrderBy(c => c.Length).ThenBy(c => c, StringComparer.Ordinal)],
            PackageId = item.Id,
            Purl = item.Purl,
            Package = NameOf(package),
            Version = package.Version,
            FixedVersion = fixes.Nearest,
            FixedVersions = fixes.All,
            Status = Status(records[0].Status, fixes.Nearest),
            Path = item.Locations[0].Path,
            Layer = item.Locations[0].Layer,
            Advisory = advisory.Id,
            Source = advisory.Source,
            Url = advisory.Url,
            Evidence = [.. match.Hits.Select(h => Evidence(h, version)).Distinct()],
            Epss = vulnerability.ExploitScore is { } score ? new(score.Score, score.Percentile, Day(score.Date)) : null,
            Kev = vulnerability.Exploited is { } exploited ? new(Day(exploited.Added)!, Day(exploited.Due), exploited.Ransomware) : null,
            Ssvc = SsvcDecision.Of(vulnerability, rating.Best?.Vector) is { } ssvc ? new(ssvc.Name, ssvc.Reasons) : null,
            Published = statements.Where(s => s.IsCveRecord).Select(s => s.Published).FirstOrDefault(p => p is not null) ?? statements.Min(s => s.Published) ?? advisory.Published,
            Hidden = Hidden(item, distribution, records[0]),
        };
    }

    /// <summary>32 hex digits that name the finding within its target.</summary>
    public static string Key(string kind, string vulnerability, string package) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{vulnerability}\n{package}")).AsSpan(0, 16));

    /// <summary>A package's name as its people write it: with its namespace where it has one.</summary>
    public static string NameOf(Package package) => package switch
    {
        { Namespace: null or "" } => package.Name,
        { Type: "maven" } => $"{package.Namespace}:{package.Name}",
        _ => $"{package.Namespace}/{package.Name}",
    };

    private ReportEvidence Evidence(BookHit hit, string version)
    {
        var advisory = new BookAffected(book, hit.Affected).Advisory;
        return new(advisory.Source, advisory.Id, RangeText.Of(book, hit, version), version);
    }

    /// <summary>A title of the vulnerability before one of a notice about it, which tells of a package; without any, the beginning of a description.</summary>
    private static string Title(BookVulnerability vulnerability, BookAdvisory advisory, IReadOnlyList<BookAdvisory> statements)
    {
        var isOwn = statements.Contains(advisory);
        return (isOwn ? advisory.Title : null) ?? Titles.Of(statements) ?? advisory.Title ?? vulnerability.Id;
    }

    private static string Status(AffectedStatus status, string? fix) => status switch
    {
        AffectedStatus.WillNotFix => "will-not-fix",
        AffectedStatus.Deferred => "deferred",
        AffectedStatus.EndOfLife => "end-of-life",
        AffectedStatus.UnderInvestigation => "under-investigation",
        AffectedStatus.NotAffected => "not-affected",
        _ => fix is null ? "affected" : "fixed",
    };

    private static ReportHidden? Hidden(InventoryPackage item, Distribution? distribution, BookAffected record)
    {
        if (distribution is null) return item.Owner is { } owner ? new("owner", $"{owner} owns the file, and its distribution judges it", null) : null;
        if (distribution.IsKernelHeaders(item.Package)) return new("kernel-headers", "it carries the kernel's headers, not the kernel", null);
        return Severities.IsUnimportant(record.Severities) ? new("vendor-unimportant", $"{distribution.Family} takes it to be unimportant", null) : null;
    }

    private static string? Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
