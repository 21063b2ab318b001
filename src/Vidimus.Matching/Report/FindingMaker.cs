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
/// <param name="before">Only records that spoke right before it do; null for those that speak now.</param>
internal sealed class FindingMaker(Inventory inventory, Book book, MatchKeys keys, DateTimeOffset? before = null)
{
    private readonly Matcher matcher = new(book, keys, inventory.Os, before);
    private readonly MatchList scratch = new();
    private readonly OwnerVerdicts owners = new(inventory, book, keys, before);

    public ReportFinding Finding(PackageMatch match)
    {
        var item = inventory.Packages[match.Package];
        var package = item.Package;
        var vulnerability = book.Vulnerability(match.Vulnerability);
        var distribution = keys.For(package.Type, inventory.Os)?.Distribution;
        var filed = keys.File(package, inventory.Os) ?? throw new InvalidOperationException("a match of a package that can't be filed");
        var (records, rating, fixes, status) = Decision.Of(book, matcher, filed, distribution is null, match, scratch);
        var advisory = records[0].Advisory;
        var version = filed.Version;
        var statements = vulnerability.Statements;
        var speaking = matcher.Hear(filed, match.Vulnerability, match.Hits.Select(h => h.Affected).ToHashSet());
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
            Status = status,
            Path = item.Locations[0].Path,
            Layer = item.Locations[0].Layer,
            Advisory = advisory.Id,
            Source = advisory.Source,
            Url = advisory.Url,
            Evidence = Evidence(match, speaking, version),
            Rule = speaking.Rule,
            Epss = vulnerability.ExploitScore is { } score ? new(score.Score, score.Percentile, Day(score.Date)) : null,
            Kev = vulnerability.Exploited is { } exploited ? new(Day(exploited.Added)!, Day(exploited.Due), exploited.Ransomware) : null,
            Ssvc = SsvcDecision.Of(vulnerability, rating.Best?.Vector) is { } ssvc ? new(ssvc.Name, ssvc.Reasons) : null,
            Published = statements.Where(s => s.IsCveRecord).Select(s => s.Published).FirstOrDefault(p => p is not null) ?? statements.Min(s => s.Published) ?? advisory.Published,
            Hidden = Hiding.OfPackage(package, item.Owner, distribution, item.Owner is { } owner && distribution is null ? owners.Says(owner, match.Vulnerability) : null) ?? Hiding.OfRecord(records[0], distribution),
        };
    }

    /// <summary>32 hex digits that name the finding within its target.</summary>
    public static string Key(string kind, string vulnerability, string package) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{vulnerability}\n{package}")).AsSpan(0, 16));

    public static string NameOf(Package package) => PackageNames.Of(package);

    /// <summary>The records that decided, those that agree with them, and those that do not.</summary>
    private List<ReportEvidence> Evidence(PackageMatch match, Speaking speaking, string version)
    {
        var holding = match.Hits.Select((hit, i) => Evidence(new(book, hit.Affected), RangeText.Of(book, hit, version), version, i < match.Deciding ? "decides" : "agrees"));
        var silent = speaking.Silent.Select(record => Evidence(record, Speaking.Says(record), version, "disagrees"));
        return [.. holding.Concat(silent).Distinct()];
    }

    private static ReportEvidence Evidence(BookAffected record, string range, string version, string role) => new(record.Advisory.Source, record.Advisory.Id, range, version, role);

    /// <summary>A title of the vulnerability before one of a notice about it, which tells of a package; without any, the beginning of a description.</summary>
    private static string Title(BookVulnerability vulnerability, BookAdvisory advisory, IReadOnlyList<BookAdvisory> statements)
    {
        var isOwn = statements.Contains(advisory);
        return (isOwn ? advisory.Title : null) ?? Titles.Of(statements) ?? advisory.Title ?? vulnerability.Id;
    }

    private static string? Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
