using Vidimus.Model.Advisories;

namespace Vidimus.Advisories;

/// <summary>A match key of a book with what is filed under it.</summary>
public readonly record struct BookKey(Book Book, int Number)
{
    public string Ecosystem => Book.Ecosystem(Book.KeyRow(Number).Ecosystem);

    public string Name => Book.String(Book.KeyRow(Number).Name);

    /// <summary>The numbers of its records, the first of them; they follow each other.</summary>
    public IEnumerable<BookAffected> Affected
    {
        get
        {
            var slice = Book.KeyRow(Number).Affected;
            for (var i = 0; i < slice.Count; i++) yield return new(Book, slice.First + i);
        }
    }
}

/// <summary>What one advisory says of one package.</summary>
public readonly record struct BookAffected(Book Book, int Number)
{
    public BookKey Key => new(Book, Book.AffectedRow(Number).Key);

    public BookAdvisory Advisory => new(Book, Book.AffectedRow(Number).Advisory);

    public AffectedStatus Status => (AffectedStatus)Book.AffectedRow(Number).Status;

    /// <summary>Whether it names neither ranges nor versions: as "not affected" it then speaks of every version.</summary>
    public bool HoldsForAll => Book.AffectedRow(Number) is { Ranges.Count: 0, Versions.Count: 0 };

    public string? Module => Book.AffectedRow(Number).Module is >= 0 and var module ? Book.String(module) : null;

    public IReadOnlyList<string> Architectures => Book.Strings(Book.AffectedRow(Number).Architectures);

    public IReadOnlyList<SeverityRating> Severities => Book.Ratings(Book.AffectedRow(Number).Ratings);

    public IReadOnlyList<BookRange> Ranges => Book.Ranges(Book.AffectedRow(Number).Ranges);

    /// <summary>The versions named one by one that no range reproduces.</summary>
    public IReadOnlyList<string> Versions => Book.Strings(Book.AffectedRow(Number).Versions);
}

/// <summary>A range as its source has it, its events in the order of the versions.</summary>
/// <param name="Readable">Whether the ecosystem's order is known and takes all of its versions; otherwise it holds for nothing.</param>
public sealed record BookRange(IReadOnlyList<RangeEvent> Events, bool Readable);

/// <summary>An advisory or a CVE record as one source has it.</summary>
public readonly record struct BookAdvisory(Book Book, int Number)
{
    public string Id => Book.String(Book.AdvisoryRow(Number).Id);

    /// <summary>The name of the source.</summary>
    public string Source => Book.SourceName(Book.AdvisoryRow(Number).Source);

    public AdvisoryKind Kind => Book.AdvisoryRow(Number).Traits.HasFlag(AdvisoryTraits.Malicious) ? AdvisoryKind.Malicious : AdvisoryKind.Vulnerability;

    /// <summary>Whether it is a record of the CVE list, which names no package.</summary>
    public bool IsCveRecord => Book.AdvisoryRow(Number).Traits.HasFlag(AdvisoryTraits.CveRecord);

    /// <summary>Whether it is a CVE that its list rejects.</summary>
    public bool Rejected => Book.AdvisoryRow(Number).Traits.HasFlag(AdvisoryTraits.Rejected);

    public string? Title => Book.TextPart(Book.AdvisoryRow(Number), 0);

    public string? Url => Book.TextPart(Book.AdvisoryRow(Number), 1);

    /// <summary>The beginning of the details, about the first four thousand bytes.</summary>
    public string? Details => Book.TextPart(Book.AdvisoryRow(Number), 2);

    public DateTimeOffset? Published => Book.Time(Book.AdvisoryRow(Number).Published);

    public DateTimeOffset? Modified => Book.Time(Book.AdvisoryRow(Number).Modified);

    public DateTimeOffset? Withdrawn => Book.Time(Book.AdvisoryRow(Number).Withdrawn);

    public IReadOnlyList<SeverityRating> Severities => Book.Ratings(Book.AdvisoryRow(Number).Ratings);

    public IReadOnlyList<string> Cwes => Book.Strings(Book.AdvisoryRow(Number).Cwes);

    public IReadOnlyDictionary<string, string> Ssvc
    {
        get
        {
            var words = Book.Strings(Book.AdvisoryRow(Number).Ssvc);
            var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
            for (var i = 0; i + 1 < words.Length; i += 2) all[words[i]] = words[i + 1];
            return all;
        }
    }

    /// <summary>The vulnerabilities it tells of: its own, or for a notice each of those it is about.</summary>
    public IReadOnlyList<BookVulnerability> Vulnerabilities
    {
        get
        {
            var book = Book;
            return [.. Book.Integers(Book.AdvisoryRow(Number).Vulnerabilities).ToArray().Select(n => new BookVulnerability(book, n))];
        }
    }

    /// <summary>The packages it names.</summary>
    public IReadOnlyList<BookAffected> Affected
    {
        get
        {
            var book = Book;
            return [.. Book.Integers(Book.AdvisoryRow(Number).Affected).ToArray().Select(n => new BookAffected(book, n))];
        }
    }
}

/// <summary>A vulnerability: what all sources together tell under all of its ids.</summary>
public readonly record struct BookVulnerability(Book Book, int Number)
{
    /// <summary>The id that is shown: a CVE before a vendor's before a GHSA.</summary>
    public string Id => Book.String(Book.VulnerabilityRow(Number).Id);

    /// <summary>The other ids, in ordinal order.</summary>
    public IReadOnlyList<string> Aliases
    {
        get
        {
            var shown = Id;
            return [.. Book.Strings(Book.VulnerabilityRow(Number).Ids).Where(id => id != shown)];
        }
    }

    /// <summary>Whether every CVE of it is rejected by the CVE list: then it is no match for anything.</summary>
    public bool Rejected => Book.VulnerabilityRow(Number).Rejected != 0;

    /// <summary>The advisories and CVE records that are this vulnerability.</summary>
    public IReadOnlyList<BookAdvisory> Statements
    {
        get
        {
            var book = Book;
            return [.. Book.Integers(Book.VulnerabilityRow(Number).Statements).ToArray().Select(n => new BookAdvisory(book, n))];
        }
    }

    /// <summary>The notices that tell of it among others.</summary>
    public IReadOnlyList<BookAdvisory> Notices
    {
        get
        {
            var book = Book;
            return [.. Book.Integers(Book.VulnerabilityRow(Number).Notices).ToArray().Select(n => new BookAdvisory(book, n))];
        }
    }

    /// <summary>Its entry in a catalogue of exploited vulnerabilities, by the first of its CVEs that has one.</summary>
    public ExploitedEntry? Exploited
    {
        get
        {
            foreach (var id in Book.Strings(Book.VulnerabilityRow(Number).Ids))
            {
                if (Book.Exploited(id) is { } entry) return entry;
            }

            return null;
        }
    }

    /// <summary>Its probability of exploitation, by the id that is shown, else by the first of its CVEs that has one.</summary>
    public ExploitScore? ExploitScore
    {
        get
        {
            if (Book.ExploitScore(Id) is { } shown) return shown;
            foreach (var id in Book.Strings(Book.VulnerabilityRow(Number).Ids))
            {
                if (Book.ExploitScore(id) is { } score) return score;
            }

            return null;
        }
    }
}
