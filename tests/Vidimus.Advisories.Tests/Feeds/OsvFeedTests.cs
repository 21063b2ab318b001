using Vidimus.Advisories.Osv;
using Vidimus.Ecosystems;
using Vidimus.Model.Advisories;

namespace Vidimus.Advisories.Tests.Feeds;

/// <summary>The documents are written by hand after the OSV schema; what they mean is what its text says (severity, affected, evaluation).</summary>
public sealed class OsvFeedTests
{
    private static readonly OsvFeed Feed = new(EcosystemList.Keys);

    [Fact]
    public void ReadsIdsTextsAndTimes()
    {
        var advisory = One("npm", """
            {"id":"GHSA-aaaa-bbbb-cccc","modified":"2024-02-03T04:05:06Z","published":"2024-01-02T03:04:05.5Z","aliases":["CVE-2024-1"],"summary":"S","details":"D",
             "database_specific":{"severity":"HIGH","cwe_ids":["CWE-79"]},"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
             "affected":[{"package":{"ecosystem":"npm","name":"left"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.2.0"}]}]}]}
            """);

        Assert.Equal("GHSA-aaaa-bbbb-cccc", advisory.Id);
        Assert.Equal(["CVE-2024-1"], advisory.Aliases);
        Assert.Equal(("S", "D"), (advisory.Title, advisory.Details));
        Assert.Equal(new DateTimeOffset(2024, 2, 3, 4, 5, 6, TimeSpan.Zero), advisory.Modified);
        Assert.Equal(["CWE-79"], advisory.Cwes);
        Assert.Equal([new("ghsa", "CVSS:3.1", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"), new SeverityRating("ghsa", "word", "HIGH")], advisory.Severities);
        Assert.Equal([new(RangeEventKind.Introduced, "0"), new RangeEvent(RangeEventKind.Fixed, "1.2.0")], advisory.Affected.Single().Ranges.Single().Events);
    }

    [Theory]
    [InlineData("""{"type":"CVSS_V2","score":"AV:N/AC:L/Au:N/C:P/I:P/A:P"}""", "CVSS:2.0")]
    [InlineData("""{"type":"CVSS_V3","score":"CVSS:3.0/AV:N"}""", "CVSS:3.0")]
    [InlineData("""{"type":"CVSS_V3","score":"CVSS:3.1/AV:N"}""", "CVSS:3.1")]
    [InlineData("""{"type":"CVSS_V4","score":"CVSS:4.0/AV:N"}""", "CVSS:4.0")]
    [InlineData("""{"type":"Ubuntu","score":"medium"}""", "word")]
    [InlineData("""{"score":"low"}""", "word")]
    public void TellsTheTypeOfARating(string severity, string type)
    {
        var atTop = One("Ubuntu", $$$$"""{"id":"UBUNTU-CVE-2024-1","severity":[{{{{severity}}}}],"affected":[{"package":{"ecosystem":"Ubuntu:22.04:LTS","name":"a"}}]}""");
        Assert.Equal(type, Assert.Single(atTop.Severities).Type);
        Assert.Equal("ubuntu", atTop.Severities[0].Source);

        var perPackage = One("Bitnami", $$$$"""{"id":"BIT-a-2024-1","affected":[{"package":{"ecosystem":"Bitnami","name":"a"},"severity":[{{{{severity}}}}]}]}""");
        Assert.Empty(perPackage.Severities);
        Assert.Equal(type, Assert.Single(perPackage.Affected.Single().Severities).Type);
    }

    [Theory]
    [InlineData("USN-1-1", """ "upstream":["UBUNTU-CVE-2021-3782","CVE-2021-3783"],"related":["CVE-2020-9999"] """, "CVE-2021-3782,CVE-2021-3783")]
    [InlineData("ALSA-2024:1", """ "related":["CVE-2024-1000","CVE-2024-1001","RHSA-2024:1"] """, "CVE-2024-1000,CVE-2024-1001")]
    [InlineData("RLSA-2024:1", """ "aliases":["CVE-2024-1000","CVE-2024-1001"] """, "CVE-2024-1000,CVE-2024-1001")]
    [InlineData("DEBIAN-CVE-2024-1234", """ "related":["USN-1-1"] """, "CVE-2024-1234")]
    [InlineData("CVE-2022-33068", """ "related":["CVE-2022-1","ALSA-2022:8384"] """, "")]
    public void TakesADistributionsVulnerabilitiesFromTheFirstPlaceThatNamesThem(string id, string members, string upstream)
    {
        var advisory = One("AlmaLinux", $$$$"""{"id":"{{{{id}}}}",{{{{members}}}},"affected":[{"package":{"ecosystem":"AlmaLinux:9","name":"a"}}]}""");
        Assert.Equal(upstream, string.Join(',', advisory.Upstream));
        Assert.DoesNotContain(advisory.Aliases, alias => advisory.Upstream.Contains(alias)); // Aliases would make the two CVEs one.
    }

    [Fact]
    public void LeavesOutNoticesThatAreNotOfSecurity()
    {
        var snapshot = new MemorySnapshot("AlmaLinux", [.. new[] { "ALSA", "ALBA", "ALEA" }.Select(kind => ($"{kind}.json", System.Text.Encoding.UTF8.GetBytes($$$$"""{"id":"{{{{kind}}}}-2024:1","affected":[{"package":{"ecosystem":"AlmaLinux:9","name":"a"}}]}""")))]);
        Assert.Equal(["ALSA-2024:1"], snapshot.ReadBy(Feed).Cast<Advisory>().Select(a => a.Id));
        Assert.Empty(snapshot.Rejected);
    }

    [Fact]
    public void KeepsOnlyWhatCanBeJudgedOffline()
    {
        var affected = One("PyPI", """
            {"id":"PYSEC-1","affected":[{"package":{"ecosystem":"PyPI","name":"a"},"versions":["1.0","not a version"],
             "ranges":[{"type":"GIT","repo":"r","events":[{"introduced":"0"},{"fixed":"abc"}]},{"events":[{"introduced":"0"},{"last_affected":"2.0"},{"limit":"*"}],"type":"ECOSYSTEM"}]}]}
            """).Affected.Single();
        Assert.Equal([new(RangeEventKind.Introduced, "0"), new(RangeEventKind.LastAffected, "2.0"), new RangeEvent(RangeEventKind.Limit, "*")], Assert.Single(affected.Ranges).Events);
    }

    [Theory]
    [InlineData("""[{"type":"GIT","events":[{"introduced":"0"}]}]""")]
    [InlineData("[]")]
    [InlineData("null")]
    public void KeepsTheVersionsWhereNoRangeCanBeJudged(string ranges)
    {
        var advisory = One("npm", $$$$"""{"id":"MAL-2024-1","affected":[{"versions":["1.0.0","1.0.1"],"ranges":{{{{ranges}}}},"package":{"ecosystem":"npm","name":"evil"}}]}""");
        Assert.Equal(AdvisoryKind.Malicious, advisory.Kind);
        Assert.Equal(["1.0.0", "1.0.1"], advisory.Affected.Single().Versions);
        Assert.Empty(advisory.Affected.Single().Ranges);
    }

    [Fact]
    public void GivesEachEcosystemItsOwnPackages()
    {
        const string text = """{"id":"GHSA-1","affected":[{"package":{"ecosystem":"npm","name":"a"}},{"package":{"ecosystem":"Maven","name":"g:a"}}]}""";
        Assert.Equal("a", One("npm", text).Affected.Single().Name);
        Assert.Equal("g:a", One("Maven", text).Affected.Single().Name);
    }

    [Fact]
    public void ReadsVendorsStates()
    {
        var debian = One("Debian", """{"id":"DEBIAN-CVE-2024-1","affected":[{"package":{"ecosystem":"Debian:12","name":"a"},"ecosystem_specific":{"urgency":"unimportant"}},{"package":{"ecosystem":"Debian:11","name":"a"},"ecosystem_specific":{"urgency":"end-of-life"}},{"package":{"ecosystem":"Debian:13","name":"a"},"ecosystem_specific":{"urgency":"not yet assigned"}}]}""");
        Assert.Equal([new SeverityRating("debian", "word", "unimportant")], debian.Affected[0].Severities);
        Assert.Equal(AffectedStatus.EndOfLife, debian.Affected[1].Status);
        Assert.Empty(debian.Affected[2].Severities);
        Assert.Equal("Important", One("AlmaLinux", """{"id":"ALSA-1","summary":"Important: kernel security update","affected":[{"package":{"ecosystem":"AlmaLinux:9","name":"a"}}]}""").Severities.Single().Value);
    }

    [Fact]
    public void KeepsWithdrawnAdvisoriesAsSuch() =>
        Assert.Equal(2022, One("Go", """{"id":"GO-1","modified":"0001-01-01T00:00:00Z","withdrawn":"2022-08-01T00:00:00Z","affected":[{"package":{"ecosystem":"Go","name":"a"}}]}""").Withdrawn!.Value.Year);

    [Theory]
    [InlineData("{}", "no id")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("""{"id":5}""", "id is a number")]
    [InlineData("""{"id":"A","aliases":"B"}""", "aliases is a text")]
    [InlineData("""{"id":"A","affected":[{"ranges":[]}]}""", "names no package")]
    [InlineData("""{"id":"A","affected":[{"package":{"ecosystem":"npm","name":"a"},"ranges":[{"type":"SEMVER","events":[{"fixed":1}]}]}]}""", "a number")]
    [InlineData("""{"id":"A","withdrawn":"someday"}""", "withdrawn")]
    [InlineData("""{"id":"A"} {"id":"B"}""", "")]
    [InlineData("""{"id":"A","details":"\ud800"}""", "")]
    [InlineData("""{"id":"A",""", "")]
    public void RejectsABadRecordByNameAndReadsOn(string bad, string reason)
    {
        var snapshot = new MemorySnapshot("npm", ("bad.json", System.Text.Encoding.UTF8.GetBytes(bad)), ("good.json", """{"id":"GOOD","affected":[]}"""u8.ToArray()));
        Assert.Equal(["GOOD"], snapshot.ReadBy(Feed).Cast<Advisory>().Select(a => a.Id));
        var (entry, told) = Assert.Single(snapshot.Rejected);
        Assert.Equal("bad.json", entry);
        Assert.Contains(reason, told);
    }

    [Fact]
    public void RefusesBottomlessNesting()
    {
        var snapshot = new MemorySnapshot("npm", "deep.json", """{"id":"A","x":""" + new string('[', 65_535) + new string(']', 65_535) + "}");
        Assert.Empty(snapshot.ReadBy(Feed));
        Assert.Single(snapshot.Rejected);
    }

    private static Advisory One(string part, string text)
    {
        var snapshot = new MemorySnapshot(part, "one.json", text);
        var advisory = Assert.IsType<Advisory>(Assert.Single(snapshot.ReadBy(Feed)));
        Assert.Empty(snapshot.Rejected);
        return advisory;
    }
}
