using System.Globalization;
using Vidimus.Advisories;
using Vidimus.Model.Inventory;

namespace Vidimus.Matching;

/// <summary>The answer of an earlier day: by the records that had been published by its end and were not yet withdrawn then, in their present wording (<see cref="Book.Speaks"/>).</summary>
/// <remarks>What a record said before it was reworded is not in the book, nor what belonged together before an alias was told, nor a CVE that its list has rejected since. A book that was exported on that day answers exactly.</remarks>
internal static class AsOf
{
    /// <summary>The end of a day; null for no day.</summary>
    public static DateTimeOffset? End(DateOnly? day) => day is not { } last ? null : last == DateOnly.MaxValue ? DateTimeOffset.MaxValue : new(last.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero);

    internal static Note Note(List<PackageMatch> matches, Book book, DateOnly day)
    {
        var withdrawn = matches.Count(match => Advisories(match, book).All(advisory => advisory.Withdrawn is not null));
        var undated = matches.Count(match => Advisories(match, book).Concat(book.Vulnerability(match.Vulnerability).Statements).All(advisory => advisory.Published is null));
        var text = string.Create(CultureInfo.InvariantCulture, $"the answer of {day:yyyy-MM-dd}: by the records first published by then and not yet withdrawn then, in their present wording; {undated} matches have no day but the year of their CVE and are kept, {withdrawn} rest on records withdrawn since; CVEs that the CVE list has rejected since are missing");
        return new(Notes.Information, "", text);
    }

    private static IEnumerable<BookAdvisory> Advisories(PackageMatch match, Book book) => match.Hits.Select(hit => new BookAffected(book, hit.Affected).Advisory);
}
