using Vidimus.Advisories;
using Vidimus.Model.Advisories;
using Vidimus.Model.Matching;
using Vidimus.Model.Versions;

namespace Vidimus.Matching;

/// <summary>What is looked for in a book; everything that is given must hold.</summary>
public sealed record AdvisoryQuery
{
    /// <summary>Ids or aliases, each of which is asked for; empty for any.</summary>
    public IReadOnlyList<string> Ids { get; init; } = [];

    /// <summary>A package's name, in any case of letters.</summary>
    public string? Package { get; init; }

    /// <summary>Part of a package's name or of the ecosystem that it is filed under.</summary>
    public string? Product { get; init; }

    /// <summary>Part of an id, a title or a description.</summary>
    public string? Text { get; init; }

    /// <summary>In the report's words; null for any.</summary>
    public IReadOnlyCollection<string>? Severities { get; init; }

    /// <summary>Only what is known to be exploited.</summary>
    public bool Exploited { get; init; }

    /// <summary>The first day of its publication.</summary>
    public DateOnly? Since { get; init; }

    /// <summary>The last one.</summary>
    public DateOnly? Until { get; init; }

    /// <summary>The vulnerabilities of a book that it asks for, by their ids' order; for those asked for by id, in that order. Reads the whole book where neither id nor package is given.</summary>
    public IEnumerable<FoundVulnerability> In(Book book, MatchKeys keys)
    {
        foreach (var vulnerability in Candidates(book))
        {
            if (!Tells(vulnerability)) continue;
            var found = FoundVulnerability.Of(vulnerability, keys);
            if (Severities is not null && !Severities.Contains(found.Severity)) continue;
            if ((Since is not null || Until is not null) && (found.Published is not { } time || DateOnly.FromDateTime(time.UtcDateTime) is var day && (day < Since || day > Until))) continue;
            yield return found;
        }
    }

    /// <summary>The ids that no source in the book knows.</summary>
    public IReadOnlyList<string> Unknown(Book book) => [.. Ids.Where(id => book.Find(id) is null && book.FindAdvisories(id).Count == 0)];

    private IEnumerable<BookVulnerability> Candidates(Book book)
    {
        if (Ids.Count > 0) return Ids.SelectMany(id => book.Find(id) is { } one ? [one] : book.FindAdvisories(id).SelectMany(a => a.Vulnerabilities)).DistinctBy(v => v.Number).Where(v => Package is null && Product is null || IsAbout(v));
        if (Package is not null || Product is not null)
        {
            var all = Package is { } name ? book.Packages(name) : book.Keys();
            return all.Where(IsKey).SelectMany(key => key.Affected).SelectMany(record => record.Advisory.Vulnerabilities).DistinctBy(v => v.Number).OrderBy(v => v.Number);
        }

        return Enumerable.Range(0, book.VulnerabilityCount).Select(book.Vulnerability);
    }

    private bool IsAbout(BookVulnerability vulnerability) => vulnerability.Statements.Concat(vulnerability.Notices).SelectMany(a => a.Affected).Any(record => IsKey(record.Key));

    private bool IsKey(BookKey key) =>
        (Package is null || key.Name.Equals(Package, StringComparison.OrdinalIgnoreCase))
        && (Product is null || key.Name.Contains(Product, StringComparison.OrdinalIgnoreCase) || key.Ecosystem.Contains(Product, StringComparison.OrdinalIgnoreCase));

    private bool Tells(BookVulnerability vulnerability)
    {
        if (Exploited && vulnerability.Exploited is null) return false;
        if (Text is not { } text) return true;
        return Holds(vulnerability.Id, text) || vulnerability.Aliases.Any(alias => Holds(alias, text))
            || vulnerability.Statements.Any(s => Holds(s.Title, text) || Holds(s.Details, text))
            || vulnerability.Notices.Concat(vulnerability.Statements).SelectMany(s => s.Affected).Any(record => Holds(record.Key.Name, text));
    }

    private static bool Holds(string? value, string text) => value?.Contains(text, StringComparison.OrdinalIgnoreCase) is true;
}

/// <summary>A vulnerability as a search shows it.</summary>
/// <param name="Severity">In the report's words, for the vulnerability as such: a distribution may rate its own package otherwise.</param>
/// <param name="Published">The first time that anybody tells.</param>
/// <param name="Detectable">Whether any record would make a scan find it.</param>
/// <param name="Records">What each source says of each package.</param>
public sealed record FoundVulnerability(
    BookVulnerability Vulnerability, string Severity, string? SeveritySource, CvssRating? Rating, DateTimeOffset? Published, bool Detectable, IReadOnlyList<FoundRecord> Records)
{
    internal static FoundVulnerability Of(BookVulnerability vulnerability, MatchKeys keys)
    {
        var rating = Matching.Rating.Of([], vulnerability, isLanguage: true);
        var told = vulnerability.Statements.Concat(vulnerability.Notices).ToList();
        var records = told.SelectMany(a => a.Affected.Select(record => FoundRecord.Of(a, record, vulnerability, keys))).ToList();
        var published = vulnerability.Statements.Concat(vulnerability.Notices).Min(s => s.Published);
        return new(vulnerability, Matching.Severities.Name(rating.Severity), rating.Source, rating.Best, published, records.Exists(r => r.Undetected is null && r.Status is not "not-affected"), records);
    }
}

/// <summary>What one source says of one package.</summary>
/// <param name="Status">As the report has it; <c>affected</c> with or without a fix.</param>
/// <param name="Range">Readable; empty for "not affected".</param>
/// <param name="Undetected">Why no scan finds anything by it; null where one does.</param>
public sealed record FoundRecord(string Source, string Advisory, string Ecosystem, string Package, string Status, string Range, string? Undetected)
{
    internal static FoundRecord Of(BookAdvisory advisory, BookAffected record, BookVulnerability vulnerability, MatchKeys keys)
    {
        var key = record.Key;
        var ranges = record.Ranges;
        var text = record.Status == AffectedStatus.NotAffected ? "" : string.Join(" || ", ranges.Select(RangeText.Of).Concat(record.Versions.Count > 0 ? [$"{record.Versions.Count} versions by name"] : []));
        return new(advisory.Source, advisory.Id, key.Ecosystem, key.Name, StatusOf(record.Status), text, Why(advisory, record, ranges, vulnerability, keys.OfAdvisory(key.Ecosystem)));
    }

    private static string? Why(BookAdvisory advisory, BookAffected record, IReadOnlyList<BookRange> ranges, BookVulnerability vulnerability, Ecosystem? ecosystem) =>
        vulnerability.Rejected ? "the CVE list rejects it"
        : advisory.Withdrawn is not null ? "the advisory was withdrawn"
        : record.Status != AffectedStatus.NotAffected && record.Versions.Count == 0 && ranges.Count == 0 ? "it names no versions: ranges of commits can't be judged without the repository"
        : ecosystem is null || ecosystem.Versions is UnorderedVersions ? $"no package is looked up under {record.Key.Ecosystem}"
        : record.Status != AffectedStatus.NotAffected && record.Versions.Count == 0 && !ranges.Any(r => r.Readable) ? "its versions are none that the ecosystem's order takes"
        : null;

    private static string StatusOf(AffectedStatus status) => status switch
    {
        AffectedStatus.WillNotFix => "will-not-fix",
        AffectedStatus.Deferred => "deferred",
        AffectedStatus.EndOfLife => "end-of-life",
        AffectedStatus.UnderInvestigation => "under-investigation",
        AffectedStatus.NotAffected => "not-affected",
        _ => "affected",
    };
}
