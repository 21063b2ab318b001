using Vidimus.Advisories;
using Vidimus.Model.Advisories;

namespace Vidimus.Matching;

/// <summary>How bad a match is, by whom, and every CVSS rating that is known of it.</summary>
/// <param name="Source">Who rated; null when nobody did.</param>
/// <param name="Best">The CVSS rating that is shown beside the severity, whoever gave that.</param>
public sealed record Rating(Severity Severity, string? Source, CvssRating? Best, IReadOnlyList<CvssRating> All)
{
    /// <summary>
    /// Rates a match. First who decided it: its word for this package, its CVSS for this package, its advisory's word, its advisory's CVSS; then the other evidence likewise.
    /// Then the CVE list's CVSS, source by source in its own order, the CNA before the ADPs. For a language's package at last the other advisories that are this vulnerability: they rate the
    /// same code, where a distribution builds its own. What none of them rates stays untriaged.
    /// </summary>
    public static Rating Of(IReadOnlyList<BookAffected> evidence, BookVulnerability vulnerability, bool isLanguage)
    {
        var statements = vulnerability.Statements;
        var seen = new HashSet<int>();
        var turns = new List<Turn>();
        foreach (var record in evidence)
        {
            turns.Add(new(record.Severities, WithWords: true));
            var advisory = record.Advisory;
            if (seen.Add(advisory.Number)) turns.Add(new(advisory.Severities, WithWords: true));
        }

        foreach (var statement in statements.Where(s => s.IsCveRecord))
        {
            turns.AddRange(statement.Severities.GroupBy(r => r.Source, StringComparer.Ordinal).Select(g => new Turn([.. g], WithWords: false)));
        }

        if (isLanguage) turns.AddRange(statements.Where(s => !s.IsCveRecord && s.Withdrawn is null && !seen.Contains(s.Number)).Select(s => new Turn(s.Severities, WithWords: true)));
        return Of(turns);
    }

    private static Rating Of(List<Turn> turns)
    {
        (Severity Severity, string Source)? found = null;
        var all = new List<CvssRating>();
        foreach (var (ratings, withWords) in turns)
        {
            var scored = ratings.Select(CvssRating.Of).OfType<CvssRating>().OrderBy(r => r.Turn).ToList();
            if (withWords) found ??= Word(ratings);
            if (scored.Count > 0) found ??= (Severities.Of(scored[0].Score, scored[0].Version), scored[0].Source);
            all.AddRange(scored);
        }

        return new(found?.Severity ?? Severity.Untriaged, found?.Source, all.FirstOrDefault(), [.. all.Distinct()]);
    }

    private static (Severity, string)? Word(IReadOnlyList<SeverityRating> ratings)
    {
        foreach (var rating in ratings)
        {
            if (rating.Type == "word" && Severities.OfWord(rating.Source, rating.Value) is { } severity) return (severity, rating.Source);
        }

        return null;
    }

    private readonly record struct Turn(IReadOnlyList<SeverityRating> Ratings, bool WithWords);
}
