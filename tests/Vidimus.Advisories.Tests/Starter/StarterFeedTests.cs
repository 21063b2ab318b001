using System.Text;
using System.Text.Json;
using Vidimus.Advisories.Starter;
using Vidimus.Ecosystems;
using Vidimus.Model.Advisories;
using Vidimus.Testing;

namespace Vidimus.Advisories.Tests.Starter;

public sealed class StarterFeedTests
{
    private static List<FeedRecord> Records { get; } = [.. new StarterFeed().Read(StarterFeed.Embedded, CancellationToken.None)];

    private static List<Advisory> Advisories { get; } = [.. Records.OfType<Advisory>()];

    [Fact]
    public void CarriesAtLeast150OverAllEcosystems()
    {
        Assert.InRange(Advisories.Count, 150, 1_000);
        Assert.Equal(Advisories.Count, Advisories.Select(a => a.Id).Distinct().Count());

        var ecosystems = Advisories.SelectMany(a => a.Affected).Select(a => a.Ecosystem.Split(':')[0]).ToHashSet();
        foreach (var ecosystem in new[] { "npm", "PyPI", "Maven", "Go", "crates.io", "NuGet", "RubyGems", "Packagist", "Debian", "Ubuntu", "Alpine", "AlmaLinux" }) Assert.Contains(ecosystem, ecosystems);
    }

    [Fact]
    public void NamesLog4ShellHeartbleedAndShellshock()
    {
        var log4shell = Advisories.Single(a => a.Id == "CVE-2021-44228");
        var log4j = log4shell.Affected.Single();
        Assert.Equal(("Maven", "org.apache.logging.log4j:log4j-core"), (log4j.Ecosystem, log4j.Name));
        Assert.Contains(log4j.Ranges, range => range.Events.SequenceEqual([new(RangeEventKind.Introduced, "2.13.0"), new(RangeEventKind.Fixed, "2.15.0")]));
        Assert.Contains(new ExploitedEntry("CVE-2021-44228", new(2021, 12, 10), new(2021, 12, 24), Ransomware: true), Records);
        Assert.Contains(Advisories, a => a.Id == "CVE-2014-0160");
        Assert.Contains(Advisories, a => a.Id == "CVE-2014-6271");
    }

    /// <summary>Each range ends after it begins, in its ecosystem's own order, and its versions are ones that the ecosystem takes.</summary>
    [Fact]
    public void EveryRangeIsInOrder()
    {
        string Scheme(string ecosystem) => ecosystem.Split(':')[0] switch
        {
            "Debian" or "Ubuntu" => "deb",
            "Alpine" => "apk",
            "AlmaLinux" => "rpm",
            var language => EcosystemList.All.Single(e => e.AdvisoryEcosystem == language).Type,
        };

        foreach (var (advisory, affected) in Advisories.SelectMany(a => a.Affected.Select(affected => (a, affected))))
        {
            var versions = EcosystemList.All.Single(e => e.Type == Scheme(affected.Ecosystem)).Versions;
            foreach (var range in affected.Ranges)
            {
                Assert.All(range.Events.Where(e => e.Version != "0"), e => Assert.True(versions.IsValid(e.Version), $"{advisory.Id} {affected.Name} {e.Version}"));
                if (range.Events is [var first, var last] && first.Version != "0") Assert.True(versions.Compare(first.Version, last.Version) < 0, $"{advisory.Id} {affected.Name} {first.Version} {last.Version}");
            }
        }
    }

    [Fact]
    public void TitlesVectorsAndWeaknessesAreWellFormed()
    {
        Assert.All(Advisories, a =>
        {
            Assert.Matches(@"^CVE-\d{4}-\d{4,}$", a.Id);
            Assert.All(a.Aliases, alias => Assert.Matches(@"^GHSA(-[23456789cfghjmpqrvwx]{4}){3}$", alias));
            Assert.InRange(a.Title!.Length, 15, 110);
            Assert.All(a.Cwes, cwe => Assert.Matches(@"^CWE-\d+$", cwe));
            Assert.All(a.Severities, s => Assert.Matches(@"^CVSS:3\.[01]/AV:[NALP]/AC:[LH]/PR:[NLH]/UI:[NR]/S:[UC]/C:[NLH]/I:[NLH]/A:[NLH]$", s.Value));
            Assert.InRange(a.Published!.Value.Year, int.Parse(a.Id[4..8]), 2026);
        });
    }

    /// <summary>Where a real feed knows the same CVE and package, our ranges begin and end at versions that it names.</summary>
    [Fact]
    public void AgreesWithRealFeedsWhereTheyTellOfTheSame()
    {
        var known = new KnownFacts();
        var comparable = 0;
        var all = 0;
        var differences = new List<string>();
        foreach (var (advisory, affected) in Advisories.SelectMany(a => a.Affected.Select(affected => (a, affected))))
        {
            all++;
            if (known.Of(advisory.Id, affected.Ecosystem, affected.Name) is not { } fact) continue;
            comparable++;
            foreach (var e in affected.Ranges.SelectMany(range => range.Events))
            {
                var agrees = e.Kind == RangeEventKind.Introduced
                    ? !fact.TellsIntroduced || fact.Introduced.Contains(e.Version) || (e.Version == "0" && fact.Introduced.Contains("0.0.0-0"))
                    : fact.Ends.Contains(e.Version);
                if (!agrees) differences.Add($"{advisory.Id} {affected.Ecosystem} {affected.Name}: {e.Kind} {e.Version}, known: {string.Join(", ", e.Kind == RangeEventKind.Introduced ? fact.Introduced : fact.Ends)}");
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{comparable} of {all} (CVE, package) pairs are told of by a real feed");
        Assert.True(differences.Count == 0, $"{differences.Count} differences:\n{string.Join('\n', differences)}");
        Assert.InRange(comparable, 180, all);
    }

    [Fact]
    public void TellsOfExploitationExactlyAsTheCatalogueDoes()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Places.Shared("advisories/kev/known_exploited_vulnerabilities.json")));
        var ids = Advisories.Select(a => a.Id).ToHashSet();
        var catalogue = document.RootElement.GetProperty("vulnerabilities").EnumerateArray()
            .Select(v => new ExploitedEntry(v.GetProperty("cveID").GetString()!, Date(v, "dateAdded"), Date(v, "dueDate"), v.GetProperty("knownRansomwareCampaignUse").GetString() == "Known"))
            .Where(entry => ids.Contains(entry.Id));

        Assert.Equal(catalogue.OrderBy(e => e.Id), Records.OfType<ExploitedEntry>().OrderBy(e => e.Id));

        static DateOnly Date(JsonElement v, string name) => DateOnly.ParseExact(v.GetProperty(name).GetString()!, "yyyy-MM-dd");
    }

    /// <summary>A torn or scribbled-on file gives rejected blocks, never an exception.</summary>
    [Fact]
    public void BearsATornFile()
    {
        var whole = File.ReadAllBytes(Path.Combine(Places.Repository, "src", "Vidimus.Advisories", "Starter", "starter.txt"));
        var random = new Random(5);
        for (var i = 0; i < 200; i++)
        {
            var bytes = whole[..random.Next(whole.Length)];
            for (var flips = 0; flips < 20 && bytes.Length > 0; flips++) bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            var snapshot = new TextSnapshot(bytes);
            Assert.NotNull(new StarterFeed().Read(snapshot, CancellationToken.None).ToList());
        }
    }

    [Theory]
    [InlineData("CVE-1\ntitle a\npublished 2020-01-01\naffects npm a 0 1\nnonsense x")]
    [InlineData("CVE-1\ntitle a\npublished 2020-13-01\naffects npm a 0 1")]
    [InlineData("CVE-1\ntitle a\npublished 2020-01-01\naffects npm a 0")]
    [InlineData("CVE-1\ntitle a\npublished 2020-01-01")]
    [InlineData("CVE-1\ntitle a\npublished 2020-01-01\nexploited yes\naffects npm a 0 1")]
    [InlineData("CVE 1\ntitle a\npublished 2020-01-01\naffects npm a 0 1")]
    public void RejectsABlockByItsName(string block)
    {
        var snapshot = new TextSnapshot(Encoding.UTF8.GetBytes(block + "\n\nCVE-2\ntitle b\npublished 2020-01-01\naffects Rocky Linux:9 b 1 <=2\n"));
        var read = Assert.IsType<Advisory>(Assert.Single(new StarterFeed().Read(snapshot, CancellationToken.None)));
        Assert.Equal(("CVE-2", "Rocky Linux:9"), (read.Id, read.Affected.Single().Ecosystem));
        Assert.StartsWith("starter.txt: CVE", Assert.Single(snapshot.Rejected));
    }

    private sealed class TextSnapshot(byte[] text) : FeedSnapshot
    {
        public List<string> Rejected { get; } = [];

        public override string Part => "";

        public override IEnumerable<FeedEntry> Entries(string suffix, CancellationToken cancel) => [new("starter.txt", text)];

        public override void Reject(string entry, string reason) => Rejected.Add($"{entry}: {reason}");
    }
}
