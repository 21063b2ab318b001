using Vidimus.Ecosystems.Alpine;
using Vidimus.Ecosystems.Debian;
using Vidimus.Model.Advisories;

namespace Vidimus.Advisories.Tests.Feeds;

/// <summary>Small documents by hand in the layout of each tracker.</summary>
public sealed class DistributionFeedTests
{
    [Fact]
    public void ReadsAlpinesFixes()
    {
        var snapshot = new MemorySnapshot("v3.19", "v3.19/main.json", """
            {"distroversion":"v3.19","packages":[{"pkg":{"name":"a","secfixes":{"1.2-r0":["CVE-2020-1 GHSA-x","CVE-2020-2 CVE-2020-3 XSA-1"],"0":["CVE-2020-4"]}}},{"pkg":{"secfixes":{}}},{"pkg":{"name":"b","secfixes":[]}}]}
            """);
        var advisories = snapshot.ReadBy(new AlpineSecdbFeed()).Cast<Advisory>().ToDictionary(a => a.Id);

        Assert.Equal(["CVE-2020-1", "CVE-2020-2", "CVE-2020-3", "CVE-2020-4"], advisories.Keys.Order());
        Assert.Equal(["GHSA-x"], advisories["CVE-2020-1"].Aliases);
        Assert.Empty(advisories["CVE-2020-2"].Aliases);
        var affected = advisories["CVE-2020-1"].Affected.Single();
        Assert.Equal(("Alpine:v3.19", "a"), (affected.Ecosystem, affected.Name));
        Assert.Equal([new(RangeEventKind.Introduced, "0"), new RangeEvent(RangeEventKind.Fixed, "1.2-r0")], affected.Ranges.Single().Events);
        Assert.Equal(AffectedStatus.NotAffected, advisories["CVE-2020-4"].Affected.Single().Status);
        Assert.Equal(("v3.19/main.json: 1", "it has no name"), Assert.Single(snapshot.Rejected));
    }

    [Theory]
    [InlineData(""" "status":"resolved","fixed_version":"1.2-1","urgency":"not yet assigned" """, AffectedStatus.Affected, "1.2-1", null)]
    [InlineData(""" "status":"resolved","fixed_version":"0","urgency":"unimportant" """, AffectedStatus.NotAffected, null, "unimportant")]
    [InlineData(""" "status":"open","urgency":"low**" """, AffectedStatus.Affected, null, "low")]
    [InlineData(""" "status":"open","urgency":"unimportant" """, AffectedStatus.Affected, null, "unimportant")]
    [InlineData(""" "status":"open","urgency":"end-of-life" """, AffectedStatus.EndOfLife, null, null)]
    [InlineData(""" "status":"open","nodsa":"Minor issue","nodsa_reason":"" """, AffectedStatus.Deferred, null, null)]
    [InlineData(""" "status":"open","nodsa":"Minor issue","nodsa_reason":"postponed" """, AffectedStatus.Deferred, null, null)]
    [InlineData(""" "status":"open","nodsa":"Minor issue","nodsa_reason":"ignored" """, AffectedStatus.WillNotFix, null, null)]
    [InlineData(""" "status":"undetermined" """, AffectedStatus.UnderInvestigation, null, null)]
    public void ReadsDebiansStates(string state, AffectedStatus status, string? fixedVersion, string? urgency)
    {
        var release = "{" + state + "}";
        var snapshot = new MemorySnapshot("", "data/json", $$$$"""{"curl":{"CVE-2024-1":{"description":"D","scope":"remote","releases":{"bookworm":{{{{release}}}},"sid":{{{{release}}}} } }}}""");
        var advisory = Assert.IsType<Advisory>(Assert.Single(snapshot.ReadBy(new DebianTrackerFeed())));
        var affected = Assert.Single(advisory.Affected);

        Assert.Equal(("CVE-2024-1", "D", "Debian:12", "curl", status), (advisory.Id, advisory.Details, affected.Ecosystem, affected.Name, affected.Status));
        Assert.Equal(fixedVersion, affected.Ranges.SelectMany(r => r.Events).Where(e => e.Kind == RangeEventKind.Fixed).Select(e => e.Version).SingleOrDefault());
        Assert.Equal(status == AffectedStatus.NotAffected ? 0 : 1, affected.Ranges.Count);
        Assert.Equal(urgency, affected.Severities.SingleOrDefault()?.Value);
    }

    [Fact]
    public void RejectsOneOfDebiansRecordsAndReadsTheOthers()
    {
        var snapshot = new MemorySnapshot("", "data/json", """
            {"a":{"CVE-1":{"releases":{"bookworm":{"status":"new kind"}}},"CVE-2":{"releases":{"bookworm":{"status":"open"}}},"CVE-3":7},"b":[],"c":{"CVE-4":{"releases":{"trixie":{"status":"open"}}}}}
            """);
        Assert.Equal(["CVE-2", "CVE-4"], snapshot.ReadBy(new DebianTrackerFeed()).Cast<Advisory>().Select(a => a.Id));
        Assert.Equal(["data/json: a: CVE-1", "data/json: a: CVE-3", "data/json: b"], snapshot.Rejected.Select(r => r.Entry));
    }

    [Fact]
    public void GivesWhatComesBeforeATear()
    {
        const string text = """{"a":{"CVE-1":{"releases":{"bookworm":{"status":"open"}}}},"b":{"CVE-2":{"releases":{"bookworm":{"status":"open"}}}}}""";
        for (var length = 0; length < text.Length; length++)
        {
            var snapshot = new MemorySnapshot("", "data/json", text[..length]);
            var read = snapshot.ReadBy(new DebianTrackerFeed()).Count();
            Assert.NotEmpty(snapshot.Rejected);
            Assert.InRange(read, length > text.IndexOf(",\"b\"", StringComparison.Ordinal) ? 1 : 0, 2);
        }
    }
}
