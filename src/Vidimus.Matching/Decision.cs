using Vidimus.Advisories;
using Vidimus.Model.Advisories;
using Vidimus.Model.Matching;

namespace Vidimus.Matching;

/// <summary>What is decided of a match by the filed version alone, whatever package of whatever target has it.</summary>
/// <param name="Records">The evidence; the first decided.</param>
/// <param name="Status">As the report has it.</param>
internal readonly record struct Decision(IReadOnlyList<BookAffected> Records, Rating Rating, Fixes Fixes, string Status)
{
    public static Decision Of(Book book, Matcher matcher, FiledVersion version, bool isLanguage, PackageMatch match, MatchList scratch)
    {
        var records = match.Hits.Select(h => new BookAffected(book, h.Affected)).Distinct().ToList();
        var deciding = match.Hits.Take(match.Deciding).Select(h => new BookAffected(book, h.Affected)).Distinct().ToList();
        var rating = Rating.Of(records, book.Vulnerability(match.Vulnerability), isLanguage);
        var fixes = Fixes.Of(matcher, version, match.Vulnerability, deciding, scratch);
        return new(records, rating, fixes, StatusOf(records[0].Status, fixes.Nearest));
    }

    private static string StatusOf(AffectedStatus status, string? fix) => status switch
    {
        AffectedStatus.WillNotFix => "will-not-fix",
        AffectedStatus.Deferred => "deferred",
        AffectedStatus.EndOfLife => "end-of-life",
        AffectedStatus.UnderInvestigation => "under-investigation",
        AffectedStatus.NotAffected => "not-affected",
        _ => fix is null ? "affected" : "fixed",
    };
}

/// <summary>What a book says of a filed version and one vulnerability.</summary>
/// <param name="Vulnerability">The number in the book.</param>
/// <param name="Source">Whose advisory decided.</param>
/// <param name="Fixed">The nearest version that is no longer affected.</param>
/// <param name="Status">As the report has it: <c>affected</c>, <c>fixed</c>, …</param>
/// <param name="Range">Of the record that decided, readable.</param>
/// <param name="Hidden">The vendor takes it to be unimportant, or another verdict tells of it under its name.</param>
public sealed record BookVerdict(int Vulnerability, string Advisory, string Source, string? Fixed, string Status, string Range, Severity Severity, double? Score, bool Hidden);

/// <summary>Decides filed versions by a book: the same answers as a scan's report gives, without a package. Not for two threads at once.</summary>
public sealed class VerdictMaker(Book book, MatchKeys keys)
{
    private readonly Matcher matcher = new(book, keys, os: null);
    private readonly MatchList found = new();
    private readonly MatchList scratch = new();

    /// <summary>One verdict a vulnerability.</summary>
    public IReadOnlyList<BookVerdict> Decide(FiledVersion version)
    {
        matcher.Find(version, found);
        if (found.Count == 0) return [];
        var distribution = keys.ForEcosystems(version.Ecosystems)?.Distribution;
        var verdicts = new BookVerdict[found.Count];
        var unnamed = new List<int>();
        for (var i = 0; i < verdicts.Length; i++)
        {
            var match = new PackageMatch(0, found.Vulnerability(i), found.Matches[i].Deciding, found.Evidence(i).ToArray());
            var (records, rating, fixes, status) = Decision.Of(book, matcher, version, distribution is null, match, scratch);
            var advisory = records[0].Advisory;
            if (distribution is null && Duplicates.IsUnnamed(Ids(match.Vulnerability), records.Select(r => r.Advisory.Source))) unnamed.Add(i);
            verdicts[i] = new(
                match.Vulnerability, advisory.Id, advisory.Source, fixes.Nearest, status, RangeText.Of(book, match.Hits[0], version.Version), rating.Severity, rating.Best?.Score,
                Hiding.OfRecord(records[0], distribution) is not null);
        }

        foreach (var i in unnamed)
        {
            if (verdicts[i].Fixed is { } fix && verdicts.Where((v, other) => v.Fixed == fix && !unnamed.Contains(other)).Any()) verdicts[i] = verdicts[i] with { Hidden = true };
        }

        return verdicts;
    }

    private IEnumerable<string> Ids(int vulnerability)
    {
        var shown = book.Vulnerability(vulnerability);
        return shown.Aliases.Prepend(shown.Id);
    }
}
