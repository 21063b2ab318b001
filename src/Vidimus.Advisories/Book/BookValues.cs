using Vidimus.Model.Advisories;

namespace Vidimus.Advisories;

/// <summary>A match key of a book with what is filed under it.</summary>
public readonly record struct BookKey(Book Book, int Number)
{
    public string Ecosystem => Book.EcosystemOf(Number);

    public string Name => Book.String(Book.KeyRow(Number).Name);

    /// <summary>The numbers of its records, the first of them; they follow each other.</summary>
    public IEnumerable<BookAffected> Affected
    {
        get
        {
            var slice = Book.Records(Number);
            for (var i = 0; i < slice.Count; i++) yield return new(Book, slice.First + i);
        }
    }
}

/// <summary>What one advisory says of one package.</summary>
public readonly record struct BookAffected(Book Book, int Number)
{
    public BookKey Key => new(Book, Book.KeyOf(Number));

    public BookAdvisory Advisory => new(Book, Book.AdvisoryOf(Number));

    public AffectedStatus Status => (AffectedStatus)(Book.AffectedRow(Number) & AffectedTraits.Status);

    /// <summary>Whether it names neither ranges nor versions: as "not affected" it then speaks of every version.</summary>
    public bool HoldsForAll => ((Book.AffectedRow(Number) >> AffectedTraits.FormShift) & AffectedTraits.FormMask) == (uint)RangeForm.None
        && ((Book.AffectedRow(Number) & AffectedTraits.HasMore) == 0 || Versions.Count == 0);

    public string? Module => HasMore ? Book.Record(Number).Module : null;

    public IReadOnlyList<string> Architectures => HasMore ? Book.Record(Number).Architectures : [];

    public IReadOnlyList<SeverityRating> Severities => HasMore ? Book.Record(Number).Ratings : [];

    public IReadOnlyList<BookRange> Ranges => Book.Record(Number).Ranges;

    /// <summary>The versions named one by one that no range reproduces.</summary>
    public IReadOnlyList<string> Versions => HasMore ? Book.Record(Number).Versions : [];

    private bool HasMore => (Book.AffectedRow(Number) & AffectedTraits.HasMore) != 0;
}

/// <summary>A range as its source has it, its events in the order of the versions.</summary>
/// <param name="Readable">Whether the ecosystem's order is known and takes all of its versions; otherwise it holds for nothing.</param>
public sealed record BookRange(IReadOnlyList<RangeEvent> Events, bool Readable);

/// <summary>An advisory or a CVE record as one source has it.</summary>
public readonly record struct BookAdvisory(Book Book, int Number)
{
    public string Id => Book.String(Book.AdvisoryId(Number));

    /// <summary>The name of the source.</summary>
    public string Source => Book.SourceName(Book.AdvisoryRow(Number).Source);

    public AdvisoryKind Kind => Book.AdvisoryRow(Number).Traits.HasFlag(AdvisoryTraits.Malicious) ? AdvisoryKind.Malicious : AdvisoryKind.Vulnerability;

    /// <summary>Whether it is a record of the CVE list, which names no package.</summary>
    public bool IsCveRecord => Book.AdvisoryRow(Number).Traits.HasFlag(AdvisoryTraits.CveRecord);

    /// <summary>Whether it is a CVE that its list rejects.</summary>
    public bool Rejected => Book.AdvisoryRow(Number).Traits.HasFlag(AdvisoryTraits.Rejected);

    public string? Title => Book.TextPart(Number, 0);

    public string? Url => Book.TextPart(Number, 1);

    /// <summary>The beginning of the details, about the first four thousand bytes.</summary>
    public string? Details => Book.TextPart(Number, 2);

    public DateTimeOffset? Published => Book.Published(Number);

    public DateTimeOffset? Modified => Book.Modified(Number);

    public DateTimeOffset? Withdrawn => Book.AdvisoryRow(Number).Traits.HasFlag(AdvisoryTraits.Withdrawn) ? Book.Facts(Number).Withdrawn : null;

    public IReadOnlyList<SeverityRating> Severities => Book.Facts(Number).Ratings;

    public IReadOnlyList<string> Cwes => Book.Facts(Number).Cwes;

    public IReadOnlyDictionary<string, string> Ssvc
    {
        get
        {
            var words = Book.Facts(Number).Ssvc;
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
            return [.. Book.ToldBy(Number).Select(n => new BookVulnerability(book, n))];
        }
    }

    /// <summary>The packages it names.</summary>
    public IReadOnlyList<BookAffected> Affected
    {
        get
        {
            var book = Book;
            return [.. Book.Facts(Number).Affected.Select(n => new BookAffected(book, n))];
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
            return [.. Ids.Where(id => id != shown)];
        }
    }

    /// <summary>Whether every CVE of it is rejected by the CVE list: then it is no match for anything.</summary>
    public bool Rejected => Book.VulnerabilityRow(Number).Rejected;

    /// <summary>The advisories and CVE records that are this vulnerability.</summary>
    public IReadOnlyList<BookAdvisory> Statements => Tellers(notices: false);

    /// <summary>The notices that tell of it among others.</summary>
    public IReadOnlyList<BookAdvisory> Notices => Tellers(notices: true);

    /// <summary>Its entry in a catalogue of exploited vulnerabilities, by the first of its CVEs that has one.</summary>
    public ExploitedEntry? Exploited
    {
        get
        {
            foreach (var id in Ids)
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
            foreach (var id in Ids)
            {
                if (Book.ExploitScore(id) is { } score) return score;
            }

            return null;
        }
    }

    private string[] Ids
    {
        get
        {
            Book.Tellers(Number, out var names);
            return names;
        }
    }

    private List<BookAdvisory> Tellers(bool notices)
    {
        var found = new List<BookAdvisory>();
        foreach (var number in Book.Tellers(Number, out _))
        {
            if (Book.AdvisoryRow(number).Traits.HasFlag(AdvisoryTraits.Notice) == notices) found.Add(new(Book, number));
        }

        return found;
    }
}
