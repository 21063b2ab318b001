using System.IO.Compression;
using System.Text;
using Vidimus.Advisories.Cve5;
using Vidimus.Advisories.EndOfLifeDates;
using Vidimus.Advisories.Epss;
using Vidimus.Advisories.Kev;
using Vidimus.Model.Advisories;

namespace Vidimus.Advisories.Tests.Feeds;

/// <summary>Small documents by hand in each catalogue's published layout.</summary>
public sealed class CatalogueFeedTests
{
    [Fact]
    public void ReadsWhatIsExploited()
    {
        var snapshot = new MemorySnapshot("", "known_exploited_vulnerabilities.json", "\uFEFF" + """
            {"title":"t","vulnerabilities":[{"cveID":"CVE-2024-1","dateAdded":"2024-02-03","dueDate":"2024-02-24","knownRansomwareCampaignUse":"Known"},
             {"cveID":"CVE-2024-2","dateAdded":"2024-02-04","knownRansomwareCampaignUse":"Unknown"},{"cveID":"CVE-2024-3","dateAdded":"soon"},{"dateAdded":"2024-01-01"}]}
            """);
        Assert.Equal<FeedRecord>([new ExploitedEntry("CVE-2024-1", new(2024, 2, 3), new(2024, 2, 24), true), new ExploitedEntry("CVE-2024-2", new(2024, 2, 4), null, false)], snapshot.ReadBy(new KevFeed()));
        Assert.Equal(["known_exploited_vulnerabilities.json: 2", "known_exploited_vulnerabilities.json: 3"], snapshot.Rejected.Select(r => r.Entry));
    }

    [Theory]
    [InlineData("#model_version:v2023.03.01,score_date:2025-02-20T00:00:00+0000\ncve,epss,percentile\nCVE-1999-0001,0.00383,0.73075\n", "current", 0.73075, "2025-02-20")]
    [InlineData("#model_version:v2023.03.01\ncve,epss,percentile\nCVE-1999-0001,0.00383,0.73075\n", "current", 0.73075, null)]
    [InlineData("cve,epss,percentile\r\nCVE-1999-0001,0.00383,0.73075\r\n", "2021-09-01", 0.73075, "2021-09-01")]
    [InlineData("cve,epss\nCVE-1999-0001,0.00383", "2021-04-14", null, "2021-04-14")]
    public void ReadsScoresOfAllAges(string text, string name, double? percentile, string? date)
    {
        var snapshot = new MemorySnapshot("", ($"epss_scores-{name}.csv.gz", Gzip(text)));
        Assert.Equal<FeedRecord>([new ExploitScore("CVE-1999-0001", 0.00383, percentile, date is null ? null : DateOnly.Parse(date))], snapshot.ReadBy(new EpssFeed()));
        Assert.Empty(snapshot.Rejected);
    }

    [Theory]
    [InlineData("\n", 0)]
    [InlineData("a,b,c\nCVE-1-1,0.1,0.1\n", 0)]
    [InlineData("cve,epss,percentile\nCVE-1-1,2,0.1\nCVE-1-2,0.5,0.1\n", 1)]
    [InlineData("cve,epss,percentile\nCVE-1-1,NaN,0.1\nCVE-1-2,0.5,0.1\n", 1)]
    [InlineData("cve,epss,percentile\nCVE-1-2,0.5,0.1\nCVE-1-1,0.3x,0.1\n", 1)]
    public void RejectsScoresThatAreNone(string text, int read)
    {
        var snapshot = new MemorySnapshot("", ("epss_scores-current.csv.gz", Gzip(text)));
        Assert.Equal(read, snapshot.ReadBy(new EpssFeed()).Count());
        Assert.Single(snapshot.Rejected);
    }

    [Fact]
    public void ReadsATornScoreFileAsFarAsItGoes()
    {
        var random = new Random(5);
        var whole = Gzip("cve,epss,percentile\n" + string.Concat(Enumerable.Range(0, 5000).Select(n => $"CVE-2020-{n},0.{random.Next(10000, 99999)},0.{random.Next(10000, 99999)}\n")));
        for (var length = 0; length < whole.Length; length += 997)
        {
            var snapshot = new MemorySnapshot("", ("epss_scores-current.csv.gz", whole[..length]));
            Assert.InRange(snapshot.ReadBy(new EpssFeed()).Count(), 0, 5000);
            Assert.NotEmpty(snapshot.Rejected);
        }
    }

    [Fact]
    public void ReadsACveWithAllWhoRateIt()
    {
        var snapshot = new MemorySnapshot("", "cves/2024/1xxx/CVE-2024-1000.json", """
            {"containers":{"adp":[{"title":"CISA ADP Vulnrichment","providerMetadata":{"shortName":"CISA-ADP"},"metrics":[{"other":{"content":{"options":[{"Exploitation":"poc"},{"Automatable":"no"},{"Technical Impact":"total"}]},"type":"ssvc"}},
              {"other":{"type":"kev","content":{"dateAdded":"2024-01-01"}}},{"cvssV3_1":{"baseScore":9.8,"vectorString":"CVSS:3.1/A"}}],"problemTypes":[{"descriptions":[{"cweId":"CWE-78"},{"cweId":"CWE-79"}]}]}],
             "cna":{"title":"T","providerMetadata":{"shortName":"redhat"},"descriptions":[{"lang":"es","value":"no"},{"lang":"en-US","value":"D"}],"problemTypes":[{"descriptions":[{"cweId":"CWE-79","description":"x"}]}],
              "metrics":[{"cvssV4_0":{"vectorString":"CVSS:4.0/A","baseScore":7}},{"other":{"type":"Red Hat severity rating","content":{"value":"Moderate","namespace":"n"}}}]}},
             "cveMetadata":{"cveId":"CVE-2024-1000","state":"PUBLISHED","datePublished":"2024-08-14T13:45:28.166Z"},"dataType":"CVE_RECORD"}
            """);
        var cve = Assert.IsType<CveRecord>(Assert.Single(snapshot.ReadBy(new Cve5Feed())));
        Assert.Equal(("CVE-2024-1000", "T", "D", false), (cve.Id, cve.Title, cve.Details, cve.Rejected));
        Assert.Equal([new("redhat", "CVSS:4.0", "CVSS:4.0/A", 7), new("redhat", "word", "Moderate"), new SeverityRating("CISA-ADP", "CVSS:3.1", "CVSS:3.1/A", 9.8)], cve.Severities);
        Assert.Equal(["CWE-78", "CWE-79"], cve.Cwes.Order());
        Assert.Equal(["Automatable=no", "Exploitation=poc", "Technical Impact=total"], cve.Ssvc.Select(p => $"{p.Key}={p.Value}").Order());
    }

    [Fact]
    public void TellsARejectedCve()
    {
        var snapshot = new MemorySnapshot("", "CVE-2024-1.json", """{"cveMetadata":{"cveId":"CVE-2024-1","state":"REJECTED"},"containers":{"cna":{"rejectedReasons":[{"lang":"en","value":"duplicate"}]}}}""");
        var cve = Assert.IsType<CveRecord>(Assert.Single(snapshot.ReadBy(new Cve5Feed())));
        Assert.True(cve.Rejected);
        Assert.Equal("duplicate", cve.Details);
    }

    [Fact]
    public void ReadsTheEndsOfReleases()
    {
        const string cycles = """{"releases":{"12":{"releaseDate":"2023-06-10","eol":"2026-06-10","eoes":"2028-06-30"},"14":{"eol":false},"1":{"eol":true},"x":{"eol":"someday"}},"versions":{}}""";
        var snapshot = new MemorySnapshot("", ("releases/debian.json", Encoding.UTF8.GetBytes(cycles)), ("releases/ubuntu.json", Encoding.UTF8.GetBytes(cycles)));
        var ends = snapshot.ReadBy(new EndOfLifeFeed()).Cast<Model.Advisories.EndOfLife>().ToDictionary(e => (e.Product, e.Cycle));
        Assert.Equal(new DateOnly(2028, 6, 30), ends[("debian", "12")].Ends); // Its long-term support is for everyone ...
        Assert.Equal(new DateOnly(2026, 6, 10), ends[("ubuntu", "12")].Ends); // ... others' extended support is not.
        Assert.Null(ends[("debian", "14")].Ends);
        Assert.Equal(DateOnly.MinValue, ends[("debian", "1")].Ends);
        Assert.Equal(["releases/debian.json: x", "releases/ubuntu.json: x"], snapshot.Rejected.Select(r => r.Entry));
    }

    private static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionLevel.Fastest)) stream.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }
}
