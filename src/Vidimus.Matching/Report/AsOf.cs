using System.Globalization;
using Vidimus.Advisories;
using Vidimus.Model.Inventory;

namespace Vidimus.Matching;

/// <summary>The answer of an earlier day: by the records that had been published by its end, in their present wording.</summary>
/// <remarks>
/// A record without a day of its own (Debian's and Alpine's trackers) has that of the vulnerability, the earliest that any statement about it gives; when nobody gives one it counts as published, and is counted in the note.
/// What has been withdrawn since then is missing: the book does not match it any more. A book that was exported on that day answers exactly.
/// </remarks>
internal static class AsOf
{
    public static (List<PackageMatch> Matches, IReadOnlyList<Note> Notes) Keep(List<PackageMatch> matches, IReadOnlyList<Note> notes, Book book, DateOnly day)
    {
        var end = End(day);
        var kept = new List<PackageMatch>();
        var undated = 0;
        foreach (var match in matches)
        {
            var first = FirstTold(book.Vulnerability(match.Vulnerability));
            var hits = match.Hits.Where(hit => (new BookAffected(book, hit.Affected).Advisory.Published ?? first ?? DateTimeOffset.MinValue) < end).ToArray();
            if (hits.Length == 0) continue;
            if (first is null && hits.All(hit => new BookAffected(book, hit.Affected).Advisory.Published is null)) undated++;
            // When none of the records that decide now was there yet, those that were are of one rank by themselves.
            var deciding = match.Hits.Take(match.Deciding).Count(hits.Contains);
            kept.Add(match with { Hits = hits, Deciding = deciding == 0 ? hits.Length : deciding });
        }

        var left = matches.Count - kept.Count;
        var text = string.Create(CultureInfo.InvariantCulture, $"the answer of {day:yyyy-MM-dd}: records first published by then, in their present wording; {left} later matches are left out, {undated} have no date and are kept; records withdrawn since are missing");
        return (kept, [.. notes, new(Notes.Information, "", text)]);
    }

    /// <summary>The end of a day.</summary>
    public static DateTimeOffset End(DateOnly day) => new(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero);

    private static DateTimeOffset? FirstTold(BookVulnerability vulnerability) => vulnerability.Statements.Select(statement => statement.Published).Where(time => time is not null).Min();
}
