using Vidimus.Ecosystems;
using Vidimus.Model.Advisories;
using Vidimus.Testing;

namespace Vidimus.Advisories.Tests;

public sealed class BookTests : IDisposable
{
    private static readonly DateTimeOffset Built = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private static readonly (string Source, FeedRecord Record)[] Records =
    [
        ("osv", new Advisory
        {
            Id = "GHSA-aaaa-bbbb-cccc", Aliases = ["CVE-2024-1", "CVE-2024-0001"], Title = "A title", Url = "https://example.org/1", Details = "Some\0details.",
            Published = new(2024, 1, 2, 3, 4, 5, TimeSpan.Zero), Modified = new(2024, 2, 1, 0, 0, 0, TimeSpan.Zero), Cwes = ["CWE-79"],
            Severities = [new("ghsa", "CVSS:3.1", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8)],
            Affected = [Of("npm", "left-pad", "1.0.0", "1.3.0"), Of("npm", "Right-Pad", "0", null)],
        }),
        ("osv", new Advisory { Id = "PYSEC-2024-9", Aliases = ["CVE-2024-0001"], Affected = [Of("PyPI", "Left_Pad", "0", "2") with { Versions = ["1.0", "not a version"] }] }),
        ("osv", new Advisory { Id = "DSA-1-1", Upstream = ["CVE-2024-0001", "DEBIAN-CVE-2024-0002"], Affected = [Of("Debian:12", "pad", "0", "1.2-3")] }),
        ("osv", new Advisory { Id = "DEBIAN-CVE-2024-0002", Upstream = ["CVE-2024-0002"], Affected = [Of("Debian:12", "pad", "0", "1.2-3")] }),
        ("osv", new Advisory { Id = "GHSA-wwww-wwww-wwww", Aliases = ["CVE-2024-0001", "CVE-2024-0003"], Withdrawn = Built, Affected = [Of("npm", "left-pad", "0", null)] }),
        ("osv", new Advisory { Id = "CVE-2024-0004", Affected = [Of("npm", "rejected", "0", null)] }),
        ("cve5", new CveRecord("CVE-2024-0001") { Title = "CNA's title", Published = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero), Ssvc = new Dictionary<string, string> { ["Exploitation"] = "active" } }),
        ("cve5", new CveRecord("CVE-2024-0004") { Rejected = true }),
        ("kev", new ExploitedEntry("CVE-2024-0001", new(2024, 3, 1), new(2024, 3, 22), true)),
        ("epss", new ExploitScore("CVE-2024-0001", 0.943210987, 0.99951, new(2026, 8, 16))),
        ("epss", new ExploitScore("CVE-1999-0001", 0.00043, null, null)),
        ("eol", new EndOfLife("debian", "12", new(2028, 6, 30)) { Released = new(2023, 6, 10) }),
    ];

    private readonly TemporaryFolder folder = Places.Temporary();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void TellsWhatWasAdded()
    {
        using var book = Book.Open(Write("book", Records));
        Assert.Equal(Built, book.Built);
        Assert.Equal(["cve5", "eol", "epss", "kev", "osv"], book.Sources.Select(s => s.Name));
        Assert.Equal(6, book.Sources[4].Records);

        var found = Assert.NotNull(book.Find("ghsa-AAAA-bbbb-cccc"));
        Assert.Equal("CVE-2024-0001", found.Id);
        Assert.Equal(["CVE-2024-1", "GHSA-aaaa-bbbb-cccc", "PYSEC-2024-9"], found.Aliases.Except(["GHSA-wwww-wwww-wwww"]));
        var ghsa = found.Statements.Single(s => s.Id == "GHSA-aaaa-bbbb-cccc");
        Assert.Equal(("A title", "https://example.org/1", "Some details."), (ghsa.Title, ghsa.Url, ghsa.Details));
        Assert.Equal(new(2024, 1, 2, 3, 4, 5, TimeSpan.Zero), ghsa.Published);
        Assert.Equal(new SeverityRating("ghsa", "CVSS:3.1", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8), Assert.Single(ghsa.Severities));
        Assert.Equal(["Right-Pad", "left-pad"], ghsa.Affected.Select(a => a.Key.Name));
        Assert.Equal([new RangeEvent(RangeEventKind.Introduced, "1.0.0"), new RangeEvent(RangeEventKind.Fixed, "1.3.0")], ghsa.Affected[1].Ranges.Single().Events);
        Assert.Equal("active", found.Statements.Single(s => s.IsCveRecord).Ssvc["Exploitation"]);
        Assert.Equal(new ExploitedEntry("CVE-2024-0001", new(2024, 3, 1), new(2024, 3, 22), true), found.Exploited);
        Assert.Equal(new ExploitScore("CVE-2024-0001", 0.943210987, 0.99951, new(2026, 8, 16)), found.ExploitScore);
        Assert.Equal(new ExploitScore("CVE-1999-0001", 0.00043, null, null), book.ExploitScore("CVE-1999-0001"));
        Assert.Equal(new DateOnly(2028, 6, 30), book.EndOfLife("debian", "12")?.Ends);
        Assert.Null(book.Find("CVE-2024-0099"));
    }

    [Fact]
    public void ANoticeTellsOfEachVulnerabilityAndJoinsNone()
    {
        using var book = Book.Open(Write("book", Records));
        Assert.Null(book.Find("DSA-1-1"));
        var notice = Assert.Single(book.FindAdvisories("DSA-1-1"));
        Assert.Equal(["CVE-2024-0001", "CVE-2024-0002"], notice.Vulnerabilities.Select(v => v.Id));
        Assert.NotEqual(book.Find("CVE-2024-0001"), book.Find("CVE-2024-0002"));
    }

    [Fact]
    public void AWithdrawnAdvisoryJoinsNothingAndMatchesNothing()
    {
        using var book = Book.Open(Write("book", Records));
        Assert.NotEqual(book.Find("CVE-2024-0001"), book.Find("CVE-2024-0003"));
        var hits = new List<BookHit>();
        book.AddHits(book.FindKey(book.EcosystemNumber("npm"), "left-pad"), "0.5.0", EcosystemList.Keys.Ecosystem("npm")!.Versions, hits);
        Assert.Empty(hits);
        Assert.NotNull(book.FindAdvisories("GHSA-wwww-wwww-wwww").Single().Withdrawn);
    }

    [Fact]
    public void ARejectedCveMatchesNothing()
    {
        using var book = Book.Open(Write("book", Records));
        var hits = new List<BookHit>();
        book.AddHits(book.FindKey(book.EcosystemNumber("npm"), "rejected"), "1.0.0", EcosystemList.Keys.Ecosystem("npm")!.Versions, hits);
        Assert.Empty(hits);
        Assert.True(book.Find("CVE-2024-0004")!.Value.Rejected);
    }

    [Fact]
    public void KeepsOnlyListedVersionsThatNoRangeReproduces()
    {
        using var book = Book.Open(Write("book", Records));
        var record = book.FindAdvisories("PYSEC-2024-9").Single().Affected.Single();
        Assert.Equal("left-pad", record.Key.Name); // PEP 503's form
        Assert.Equal(["not a version"], record.Versions);
        var hits = new List<BookHit>();
        book.AddHits(record.Key.Number, "not a version", EcosystemList.Keys.Ecosystem("pypi")!.Versions, hits);
        Assert.Equal(-1, Assert.Single(hits).Range);
    }

    [Fact]
    public void TheOrderOfRecordsAndSourcesDoesNotChangeTheBytes()
    {
        var first = File.ReadAllBytes(Write("first", Records));
        for (var seed = 0; seed < 10; seed++)
        {
            var shuffled = Records.ToArray();
            new Random(seed).Shuffle(shuffled);
            Assert.Equal(first, File.ReadAllBytes(Write($"again{seed}", [.. shuffled, Records[0]], told: true))); // one record twice
        }
    }

    [Fact]
    public void OfTwoStatesOfARecordTheNewestCounts()
    {
        var old = new Advisory { Id = "GHSA-1", Modified = Built.AddDays(-1), Affected = [Of("npm", "a", "0", null)] };
        var recent = old with { Modified = Built, Affected = [Of("npm", "a", "0", "1.0.0")] };
        foreach (var order in new[] { new[] { old, recent }, [recent, old] })
        {
            using var book = Book.Open(Write($"book-{order[0].Modified:dd}", order.Select(a => ("osv", (FeedRecord)a))));
            Assert.Equal(Built, Assert.Single(book.FindAdvisories("GHSA-1")).Modified);
        }
    }

    [Fact]
    public void SearchesByIdTitleAndPackage()
    {
        using var book = Book.Open(Write("book", Records));
        Assert.Equal(["CVE-2024-0001"], book.Search("LEFT-pad").Select(v => v.Id));
        Assert.Equal(["CVE-2024-0001"], book.Search("a title").Select(v => v.Id));
        Assert.Equal(["CVE-2024-0002"], book.Search("2024-0002").Select(v => v.Id));
        Assert.Equal(["Debian:12"], book.Packages("pad").Select(k => k.Ecosystem));
    }

    [Fact]
    public void RefusesATornFile()
    {
        var whole = File.ReadAllBytes(Write("book", Records));
        for (var length = 0; length < whole.Length; length += length < 2048 ? 1 : 97) Assert.Throws<InvalidDataException>(() => Book.Open(Saved(whole[..length])));
        Book.Verify(Saved(whole));
    }

    /// <summary>Whatever a damaged file says, reading it ends with an answer or one kind of exception; installing it is refused.</summary>
    [Fact]
    public void SurvivesFlippedBits()
    {
        var whole = File.ReadAllBytes(Write("book", Records));
        var random = new Random(20261124);
        for (var i = 0; i < 1500; i++)
        {
            var damaged = whole.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--) damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            if (damaged.AsSpan().SequenceEqual(whole)) continue;
            var path = Saved(damaged);
            Assert.Throws<InvalidDataException>(() => Book.Verify(path));
            try
            {
                using var book = Book.Open(path);
                ReadAll(book);
            }
            catch (InvalidDataException)
            {
                // One of the two permitted ends.
            }
        }
    }

    private static void ReadAll(Book book)
    {
        _ = (book.Built, book.Sources, book.Find("CVE-2024-0001")?.ExploitScore, book.Search("pad").Count(), book.EndOfLife("debian", "12"));
        var hits = new List<BookHit>();
        foreach (var key in book.Keys())
        {
            book.AddHits(key.Number, "1.1.0", EcosystemList.Keys.Ecosystem("npm")!.Versions, hits);
            book.FindKey(book.EcosystemNumber(key.Ecosystem), key.Name);
        }

        foreach (var advisory in book.Advisories())
        {
            _ = (advisory.Title, advisory.Url, advisory.Details, advisory.Source, advisory.Published, advisory.Ssvc, advisory.Severities, advisory.Vulnerabilities.Select(v => v.Id).Count());
            foreach (var affected in advisory.Affected) _ = (affected.Ranges, affected.Versions, affected.Module, affected.Severities, affected.Key.Name);
        }
    }

    private string Saved(byte[] bytes)
    {
        var path = folder["damaged"];
        File.Delete(path);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private string Write(string name, IEnumerable<(string Source, FeedRecord Record)> records, bool told = false)
    {
        var path = folder[name];
        using var writer = new BookWriter(EcosystemList.Keys);
        var all = records.ToList();
        foreach (var (source, record) in all) writer.Add(source, record);
        foreach (var source in Records.GroupBy(r => r.Source).Where(_ => told || name == "first")) writer.AddSource(new(source.Key, null, source.Count(), 0, ""));
        writer.Write(path, Built);
        return path;
    }

    private static Affected Of(string ecosystem, string name, string introduced, string? end) => new()
    {
        Ecosystem = ecosystem,
        Name = name,
        Ranges = [new(end is null ? [new(RangeEventKind.Introduced, introduced)] : [new(RangeEventKind.Fixed, end), new(RangeEventKind.Introduced, introduced)])],
    };
}
