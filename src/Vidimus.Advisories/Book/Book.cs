using System.Security.Cryptography;
using Vidimus.Model.Advisories;

namespace Vidimus.Advisories;

/// <summary>A compiled, read-only book of advisories, mapped into memory: opening it reads its section table only.</summary>
/// <remarks>All members may be called by several threads at once. Values taken from it are read when asked for, so none may be used after <see cref="Dispose"/>.
/// Any member throws <see cref="InvalidDataException"/> when it meets what a whole book cannot hold.</remarks>
public sealed partial class Book : IDisposable
{
    private readonly BookFile file;
    private readonly MetaRow meta;
    private Rows<int> stringEnds;
    private Rows<byte> stringBytes;
    private Rows<EcosystemRow> ecosystems;
    private Rows<KeyRow> keys;
    private Rows<int> keyBuckets;
    private Rows<byte> keyBytes;
    private Rows<uint> affected;
    private Rows<AdvisoryRow> advisories;
    private Rows<byte> told;
    private Rows<AdvisoryFactsRow> advisoryFacts;
    private Rows<byte> factBytes;
    private Rows<RatingRow> ratings;
    private Rows<VulnerabilityRow> vulnerabilities;
    private Rows<byte> vulnerabilityBytes;
    private Rows<IdRow> ids;
    private Rows<long> times;
    private Rows<TextBlockRow> textBlocks;
    private Rows<byte> textBytes;
    private Rows<ExploitedRow> exploited;
    private Rows<ExploitYearRow> exploitYears;
    private Rows<uint> exploitIds;
    private Rows<int> exploitPairs;
    private Rows<ExploitScoreRow> exploitScores;
    private Rows<EndOfLifeRow> endOfLife;
    private Rows<SourceRow> sources;

    private Book(BookFile file)
    {
        this.file = file;
        var metas = file.Rows<MetaRow>(Section.Meta);
        meta = metas.Count == 1 ? metas[0] : throw new InvalidDataException("The advisory book is damaged: it does not say when it was built.");
        stringEnds = file.Rows<int>(Section.StringEnds);
        stringBytes = file.Rows<byte>(Section.StringBytes);
        ecosystems = file.Rows<EcosystemRow>(Section.Ecosystems);
        keys = file.Rows<KeyRow>(Section.Keys);
        keyBuckets = file.Rows<int>(Section.KeyBuckets);
        keyBytes = file.Rows<byte>(Section.KeyBytes);
        affected = file.Rows<uint>(Section.Affected);
        advisories = file.Rows<AdvisoryRow>(Section.Advisories);
        told = file.Rows<byte>(Section.Told);
        advisoryFacts = file.Rows<AdvisoryFactsRow>(Section.AdvisoryFacts);
        factBytes = file.Rows<byte>(Section.FactBytes);
        ratings = file.Rows<RatingRow>(Section.Ratings);
        vulnerabilities = file.Rows<VulnerabilityRow>(Section.Vulnerabilities);
        vulnerabilityBytes = file.Rows<byte>(Section.VulnerabilityBytes);
        ids = file.Rows<IdRow>(Section.Ids);
        times = file.Rows<long>(Section.Times);
        textBlocks = file.Rows<TextBlockRow>(Section.TextBlocks);
        textBytes = file.Rows<byte>(Section.TextBytes);
        exploited = file.Rows<ExploitedRow>(Section.Exploited);
        exploitYears = file.Rows<ExploitYearRow>(Section.ExploitYears);
        exploitIds = file.Rows<uint>(Section.ExploitIds);
        exploitPairs = file.Rows<int>(Section.ExploitPairs);
        exploitScores = file.Rows<ExploitScoreRow>(Section.ExploitScores);
        endOfLife = file.Rows<EndOfLifeRow>(Section.EndOfLife);
        sources = file.Rows<SourceRow>(Section.Sources);
        if ((keyBuckets.Count & (keyBuckets.Count - 1)) != 0) throw new InvalidDataException("The advisory book is damaged: its table of keys has no power of two.");
    }

    /// <summary>When it was compiled, UTC.</summary>
    public DateTimeOffset Built => Time(meta.Built) ?? default;

    /// <summary>The SHA-256 of its content, as its header names it: two books with the same digest are the same.</summary>
    public ReadOnlyMemory<byte> Digest => file.NamedDigest;

    /// <summary>What it was compiled from, by name.</summary>
    public IReadOnlyList<BookSource> Sources
    {
        get
        {
            var all = new BookSource[sources.Count];
            for (var i = 0; i < all.Length; i++)
            {
                var row = sources[i];
                all[i] = new(String(row.Name), Time(row.Date), row.Records, row.Rejected, String(row.Terms), (Sharing)row.Sharing);
            }

            return all;
        }
    }

    /// <summary>How many vulnerabilities an advisory or a CVE record tells of.</summary>
    public int VulnerabilityCount => vulnerabilities.Count;

    /// <summary>How many match keys it has.</summary>
    public int KeyCount => Math.Max(0, keys.Count - 1);

    /// <summary>Opens a book.</summary>
    /// <exception cref="InvalidDataException">It is not a book, is torn, or is of another format.</exception>
    public static Book Open(string path)
    {
        var file = BookFile.Open(path);
        try
        {
            return new(file);
        }
        catch (InvalidDataException)
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads the whole file and compares its digest: done once, when a book is installed.</summary>
    /// <exception cref="InvalidDataException">It is not a book, is torn, of another format, or its content does not have the digest it names.</exception>
    public static void Verify(string path)
    {
        using var book = Open(path);
        var (named, actual) = book.file.Digests();
        if (!CryptographicOperations.FixedTimeEquals(named, actual)) throw new InvalidDataException($"{path} is damaged: its content does not have the digest that its header names.");
    }

    /// <summary>The vulnerability of that number: 0 to <see cref="VulnerabilityCount"/> − 1, in the order of their ids.</summary>
    public BookVulnerability Vulnerability(int number) => new(this, number);

    /// <summary>The vulnerability that an id or alias names, in any case of letters; null when no source knows it, or it is the id of a notice alone.</summary>
    public BookVulnerability? Find(string id) => FindId(id) is { Vulnerability: >= 0 } row ? new BookVulnerability(this, row.Vulnerability) : null;

    /// <summary>The advisories and CVE records that have this id.</summary>
    public IReadOnlyList<BookAdvisory> FindAdvisories(string id)
    {
        if (FindId(id) is not { Advisory: >= 0 } row) return [];
        var found = new List<BookAdvisory>();
        Span<char> buffer = stackalloc char[TextBuffer];
        for (var i = row.Advisory; i < advisories.Count; i++)
        {
            if (Text(advisoryFacts[i].Id, buffer).Equals(id, StringComparison.OrdinalIgnoreCase)) found.Add(new(this, i));
            else break;
        }

        return found;
    }

    /// <summary>What a catalogue of exploited vulnerabilities says of a CVE.</summary>
    public ExploitedEntry? Exploited(string cve)
    {
        if (CveNumber.Of(cve) is not (>= 0 and var number)) return null;
        var all = exploited.All;
        int low = 0, high = all.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var row = all[middle];
            if (row.Cve == number) return new(CveNumber.Text(number), Day(row.Added) ?? default, Day(row.Due), row.Ransomware != 0);
            if (row.Cve < number) low = middle + 1;
            else high = middle - 1;
        }

        return null;
    }

    /// <summary>The probability that a CVE is exploited soon.</summary>
    public ExploitScore? ExploitScore(string cve)
    {
        if (CveNumber.Of(cve) is not (>= 0 and var number)) return null;
        for (var i = 0; i < exploitYears.Count; i++)
        {
            if (exploitYears[i].Year != (int)(number >> 32)) continue;
            var first = exploitYears[i].First;
            var end = i + 1 < exploitYears.Count ? exploitYears[i + 1].First : exploitIds.Count;
            if (exploitIds[new Slice(first, end - first)].BinarySearch((uint)number) is not (>= 0 and var index)) return null;
            var row = exploitScores[exploitPairs[first + index]];
            return new(CveNumber.Text(number), row.Score / 1e9, row.Percentile == uint.MaxValue ? null : row.Percentile / 1e9, Day(row.Date));
        }

        return null;
    }

    /// <summary>When the support of a product's release ends.</summary>
    public Model.Advisories.EndOfLife? EndOfLife(string product, string cycle)
    {
        Span<char> buffer = stackalloc char[TextBuffer];
        for (var i = 0; i < endOfLife.Count; i++)
        {
            var row = endOfLife[i];
            if (Text(row.Product, buffer).SequenceEqual(product) && Text(row.Cycle, buffer).SequenceEqual(cycle)) return new(product, cycle, Day(row.Ends)) { Released = Day(row.Released) };
        }

        return null;
    }

    /// <summary>When the support of every release ends.</summary>
    public IEnumerable<Model.Advisories.EndOfLife> EndOfLives()
    {
        for (var i = 0; i < endOfLife.Count; i++)
        {
            var row = endOfLife[i];
            yield return new(String(row.Product), String(row.Cycle), Day(row.Ends)) { Released = Day(row.Released) };
        }
    }

    /// <summary>Vulnerabilities with an id, a title or a package name that holds the text, in any case of letters, in the order of their ids. Reads the whole book.</summary>
    public IEnumerable<BookVulnerability> Search(string text)
    {
        var byPackage = new HashSet<int>();
        for (var i = 0; i < KeyCount; i++)
        {
            if (!String(keys[i].Name).Contains(text, StringComparison.OrdinalIgnoreCase)) continue;
            for (var record = keys[i].FirstAffected; record < keys[i + 1].FirstAffected; record++)
            {
                if (IsWithdrawn(record)) continue;
                foreach (var vulnerability in ToldBy(AdvisoryOf(record)))
                {
                    if (!vulnerabilities[vulnerability].Rejected) byPackage.Add(vulnerability);
                }
            }
        }

        for (var number = 0; number < vulnerabilities.Count; number++)
        {
            if (byPackage.Contains(number) || Names(number, text)) yield return new(this, number);
        }
    }

    /// <summary>The match keys of a package's name, in its normal form, over all ecosystems.</summary>
    public IEnumerable<BookKey> Packages(string name)
    {
        for (var i = 0; i < KeyCount; i++)
        {
            if (String(keys[i].Name).Equals(name, StringComparison.OrdinalIgnoreCase)) yield return new(this, i);
        }
    }

    /// <summary>Every match key, by ecosystem and name.</summary>
    public IEnumerable<BookKey> Keys()
    {
        for (var i = 0; i < KeyCount; i++) yield return new(this, i);
    }

    /// <summary>Every advisory and CVE record.</summary>
    public IEnumerable<BookAdvisory> Advisories()
    {
        for (var i = 0; i < advisories.Count; i++) yield return new(this, i);
    }

    public void Dispose()
    {
        stringEnds = default;
        stringBytes = default;
        ecosystems = default;
        keys = default;
        keyBuckets = default;
        keyBytes = default;
        affected = default;
        advisories = default;
        told = default;
        advisoryFacts = default;
        factBytes = default;
        ratings = default;
        vulnerabilities = default;
        vulnerabilityBytes = default;
        ids = default;
        times = default;
        textBlocks = default;
        textBytes = default;
        exploited = default;
        exploitYears = default;
        exploitIds = default;
        exploitPairs = default;
        exploitScores = default;
        endOfLife = default;
        sources = default;
        file.Dispose();
    }

    private IdRow? FindId(string id)
    {
        Span<char> buffer = stackalloc char[TextBuffer];
        int low = 0, high = ids.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = Text(ids[middle].Id, buffer).CompareTo(id, StringComparison.OrdinalIgnoreCase);
            if (order == 0) return ids[middle];
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return null;
    }

    private bool Names(int number, string text)
    {
        var vulnerability = new BookVulnerability(this, number);
        return vulnerability.Id.Contains(text, StringComparison.OrdinalIgnoreCase) || vulnerability.Aliases.Any(id => id.Contains(text, StringComparison.OrdinalIgnoreCase))
            || vulnerability.Statements.Any(statement => statement.Title?.Contains(text, StringComparison.OrdinalIgnoreCase) == true);
    }
}
