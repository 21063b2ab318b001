using Vidimus.Ecosystems;
using Vidimus.Model.Advisories;
using static Vidimus.Matching.Tests.MadeBook;

namespace Vidimus.Matching.Tests;

public class ScoringTests
{
    /// <summary>Scores by FIRST's calculators.</summary>
    [Theory]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8, "CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 8.8)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10.0, "CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 9.6)]
    [InlineData("AV:N/AC:L/Au:N/C:P/I:P/A:P", 7.5, "AV:A/AC:L/Au:N/C:P/I:P/A:P", 5.8)]
    [InlineData("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 9.3, "CVSS:4.0/AV:A/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 8.7)]
    public void NetworkBecomesAdjacentWhereNoPathLeadsFromTheInternet(string vector, double rated, string adjusted, double score)
    {
        Assert.Equal((rated, vector, 0), (InspectorScore.Of(vector, InternetPath.Unknown)!.Score, InspectorScore.Of(vector, InternetPath.Open)!.Vector, InspectorScore.Of(vector, InternetPath.Open)!.Adjustments.Count));
        var found = InspectorScore.Of(vector, InternetPath.None)!;
        Assert.Equal((score, adjusted, "AV"), (found.Score, found.Vector, Assert.Single(found.Adjustments).Metric));
    }

    [Theory]
    [InlineData("CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 7.8)]
    [InlineData("CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 8.8)]
    public void OtherVectorsStayAsTheyAre(string vector, double score)
    {
        var found = InspectorScore.Of(vector, InternetPath.None)!;
        Assert.Equal((score, vector), (found.Score, found.Vector));
        Assert.Empty(found.Adjustments);
        Assert.Null(InspectorScore.Of("AV:N", InternetPath.None));
    }

    /// <summary>The table of CISA's guide: for low, medium and high impact on mission and well-being.</summary>
    [Theory]
    [InlineData("none", "no", "partial", "Track Track Track")]
    [InlineData("none", "no", "total", "Track Track Track*")]
    [InlineData("none", "yes", "partial", "Track Track Attend")]
    [InlineData("none", "yes", "total", "Track Track Attend")]
    [InlineData("poc", "no", "partial", "Track Track Track*")]
    [InlineData("poc", "no", "total", "Track Track* Attend")]
    [InlineData("poc", "yes", "partial", "Track Track Attend")]
    [InlineData("poc", "yes", "total", "Track Track* Attend")]
    [InlineData("active", "no", "partial", "Track Track Attend")]
    [InlineData("active", "no", "total", "Track Attend Act")]
    [InlineData("active", "yes", "partial", "Attend Attend Act")]
    [InlineData("active", "yes", "total", "Attend Act Act")]
    public void DecidesAsCisasTableDoes(string exploitation, string automatable, string impact, string decisions)
    {
        var points = new Dictionary<string, string> { ["Exploitation"] = exploitation, ["Automatable"] = automatable, ["Technical Impact"] = impact };
        Assert.Equal(decisions, string.Join(' ', Enum.GetValues<MissionImpact>().Select(mission => SsvcDecision.Of(points, false, null, mission)!.Name)));
        Assert.Equal(4, SsvcDecision.Of(points, false, null)!.Reasons.Count);
    }

    [Fact]
    public void TheCatalogueMakesAnExploitationActiveAndNobodysWordMakesNoDecision()
    {
        Assert.Null(SsvcDecision.Of(new Dictionary<string, string>(), false, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"));
        var decision = SsvcDecision.Of(new Dictionary<string, string>(), true, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")!;
        Assert.Equal("Act", decision.Name); // active, automatable and total by the vector, medium
        Assert.Equal("Track", SsvcDecision.Of(new Dictionary<string, string>(), true, "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:L/I:N/A:N")!.Name);
    }

    [Fact]
    public void WhatIsExploitedComesFirstAndTheOrderSaysWhy()
    {
        using var book = Of(
            ("osv", Advisory("CVE-2024-0001", Below("npm", "pad", null)) with { Severities = [new("ghsa", "word", "CRITICAL")] }),
            ("osv", Advisory("CVE-2024-0002", Below("npm", "pad", "2.0.0")) with { Severities = [new("ghsa", "word", "LOW")] }),
            ("osv", Advisory("CVE-2024-0003", Below("npm", "pad", "2.0.0")) with { Severities = [new("ghsa", "word", "CRITICAL")] }),
            ("osv", Advisory("MAL-2024-1", Below("npm", "pad", null)) with { Kind = AdvisoryKind.Malicious }),
            ("kev", new ExploitedEntry("CVE-2024-0002", new(2024, 3, 1), null, true)));
        var report = Report(book, Inventory(Npm("pad", "1.0.0")));
        Assert.Equal(["MAL-2024-1", "CVE-2024-0002", "CVE-2024-0003", "CVE-2024-0001"], report.Findings.Select(f => f.Id));
        Assert.Equal("malicious", report.Findings[0].Kind);
        Assert.Equal(["it is known to be exploited, by ransomware too", "severity LOW by ghsa", "CISA's tree says Track", "2.0.0 ends it"], Priority.Reasons(report.Findings[1]));
    }

    [Fact]
    public void AnswersAsOfADay()
    {
        var january = new DateTimeOffset(2024, 1, 31, 23, 0, 0, TimeSpan.Zero);
        using var book = Of(
            ("osv", Advisory("GHSA-1", Below("npm", "pad", null)) with { Published = january }),
            ("osv", Advisory("GHSA-2", Below("npm", "pad", null)) with { Published = january.AddHours(2) }),
            ("debian", Advisory("CVE-2024-0001", Below("Debian:12", "pad", null))),
            ("cve5", new CveRecord("CVE-2024-0001") { Published = january.AddHours(2) }),
            ("debian", Advisory("CVE-2024-0002", Below("Debian:12", "pad", null))));
        var inventory = Inventory(Npm("pad", "1.0.0"), Deb("pad", "1.0"));
        IEnumerable<string> At(DateOnly? day) => ReportAssembly.Assemble(inventory, book, EcosystemList.Keys, new() { Tool = new("vidimus", "0"), Today = new(2026, 11, 24), AsOf = day }).Findings.Select(f => f.Id).Order(StringComparer.Ordinal);
        Assert.Equal(["CVE-2024-0001", "CVE-2024-0002", "GHSA-1", "GHSA-2"], At(null));
        Assert.Equal(["CVE-2024-0002", "GHSA-1"], At(new(2024, 1, 31)));
        Assert.Equal(["CVE-2024-0001", "CVE-2024-0002", "GHSA-1", "GHSA-2"], At(new(2024, 2, 1)));
    }
}
