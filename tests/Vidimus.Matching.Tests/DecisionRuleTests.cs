using Vidimus.Advisories;
using Vidimus.Ecosystems;
using Vidimus.Model.Advisories;
using Vidimus.Model.Inventory;
using Vidimus.Model.Reports;
using Vidimus.Testing;

namespace Vidimus.Matching.Tests;

/// <summary>Which of several sources decided, and that it is said (docs/adr/0040).</summary>
public sealed class DecisionRuleTests
{
    private static readonly OsRelease Jammy = new("ubuntu", "22.04", "Ubuntu 22.04 LTS");
    private static readonly DateTimeOffset Now = new(2026, 8, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The tracker says fixed in 1.2, OSV's conversion says in 1.4: with 1.3 the one that goes first decides, and the other is shown.</summary>
    [Theory]
    [InlineData(0, "own-feed", false)] // a copy of the same day
    [InlineData(59, "own-feed", false)]
    [InlineData(61, "newer-feed", true)] // the copy is of the season before
    [InlineData(2200, "newer-feed", true)] // the shelf's of 2020
    public void AnOldCopyLosesTheFirstWord(int days, string rule, bool affected)
    {
        using var book = Aged(days, ("ubuntu", Advisory("CVE-2024-0001", "1.2")), ("osv/Ubuntu", Advisory("UBUNTU-CVE-2024-0001", "1.4") with { Upstream = ["CVE-2024-0001"] }));
        var inventory = MadeBook.Inventory(Jammy, (MadeBook.Deb("pad", "1.3"), null));
        var report = MadeBook.Report(book, inventory);
        Assert.Equal(affected, report.Findings.Any(f => f.Id == "CVE-2024-0001"));
        if (affected)
        {
            var finding = report.Findings.Single(f => f.Id == "CVE-2024-0001");
            Assert.Equal(rule, finding.Rule!.Name);
            Assert.Equal([("osv/Ubuntu", "decides"), ("ubuntu", "disagrees")], finding.Evidence.Select(e => (e.Source, e.Role!)));
        }

        var explained = new Explainer(inventory, book, EcosystemList.Keys).Explain("CVE-2024-0001").Packages.Single();
        Assert.Equal(affected, explained.Affected);
        Assert.Contains(explained.Sentences, s => s.StartsWith($"Decided by the rule '{rule}'", StringComparison.Ordinal));
        Assert.Contains(explained.Sentences, s => s.Contains("(ubuntu)", StringComparison.Ordinal));
        Assert.Contains(explained.Sentences, s => s.Contains("(osv/Ubuntu)", StringComparison.Ordinal));
    }

    /// <summary>A source that falls behind changes verdicts without a changed record: the difference of the books names its keys.</summary>
    [Fact]
    public void TheDifferenceNamesTheKeysOfASourceThatFellBehind()
    {
        (string, FeedRecord)[] records = [("ubuntu", Advisory("CVE-2024-0001", "1.2")), ("osv/Ubuntu", Advisory("UBUNTU-CVE-2024-0001", "1.4") with { Upstream = ["CVE-2024-0001"] })];
        using var before = Aged(10, records);
        using var same = Aged(20, records);
        using var after = Aged(90, records);
        Assert.Empty(BookDifference.Of(before, same).Keys);
        Assert.Equal([("Ubuntu:22.04:LTS", "pad")], BookDifference.Of(before, after).Keys.Select(k => (k.Ecosystem, k.Name)));
    }

    [Fact]
    public void SaysWhichRuleDecided()
    {
        Assert.Equal("only-record", Rule(("debian", Debian("CVE-2024-0002", "2.0"))));
        Assert.Equal("agreement", Rule(("debian", Debian("CVE-2024-0002", "2.0")), ("osv/Debian", Debian("DEBIAN-CVE-2024-0002", "2.0") with { Upstream = ["CVE-2024-0002"] })));
        Assert.Equal("own-feed", Rule(("debian", Debian("CVE-2024-0002", "2.0")), ("osv/Debian", Debian("DEBIAN-CVE-2024-0002", "1.0") with { Upstream = ["CVE-2024-0002"] })));
        Assert.Equal("exact-release", Rule(("osv", Debian("DSA-1-1", "2.0") with { Upstream = ["CVE-2024-0002"] }), ("osv", MadeBook.Advisory("DSA-2-1", MadeBook.Below("Debian", "pad", "1.0")) with { Upstream = ["CVE-2024-0002"] })));
        Assert.Equal("same-source", Rule(("debian", Debian("DSA-1-1", "2.0") with { Upstream = ["CVE-2024-0002"] }), ("debian", Debian("DSA-2-1", "1.0") with { Upstream = ["CVE-2024-0002"] })));
    }

    /// <summary>lodash 4.17.15, as the shared feeds have it: NSWG-ECO-516 and CVE-2020-8203 both end at 4.17.19. The working group's document 516 names no CVE and cites hackerone.com/reports/712065, as GHSA-p6mc-m468-83gw does.</summary>
    [Fact]
    public void AListsRecordWithoutAnIdIsNoSecondRow()
    {
        var report = MadeBook.Report(SharedAdvisories.Book, MadeBook.Inventory(null, (MadeBook.Npm("lodash", "4.17.15"), null)), all: true);
        Assert.Equal(new ReportHidden("duplicate", "no id names it, and CVE-2020-8203 of the same package ends at 4.17.19 too", null), report.Findings.Single(f => f.Id == "NSWG-ECO-516").Hidden);
        Assert.Null(report.Findings.Single(f => f.Id == "CVE-2020-8203").Hidden);
        Assert.Null(report.Findings.Single(f => f.Id.StartsWith("RETIRE-lodash", StringComparison.Ordinal)).Hidden); // below 4.17.20: no other record ends there
        var verdicts = new VerdictMaker(SharedAdvisories.Book, EcosystemList.Keys).Decide(EcosystemList.Keys.File(MadeBook.Npm("lodash", "4.17.15"), null)!.Value);
        Assert.Equal(report.Findings.Count(f => f.Hidden is not null), verdicts.Count(v => v.Hidden));
    }

    private static string Rule(params (string, FeedRecord)[] records)
    {
        using var book = MadeBook.Of(records);
        return MadeBook.Report(book, MadeBook.Inventory(MadeBook.Deb("pad", "1.5"))).Findings.Single().Rule!.Name;
    }

    private static Advisory Advisory(string id, string end) => MadeBook.Advisory(id, MadeBook.Below("Ubuntu:22.04:LTS", "pad", end));

    private static Advisory Debian(string id, string end) => MadeBook.Advisory(id, MadeBook.Below("Debian:12", "pad", end));

    private static Book Aged(int days, params (string Source, FeedRecord Record)[] records)
    {
        using var folder = Places.Temporary();
        using var writer = new BookWriter(EcosystemList.Keys);
        foreach (var (source, record) in records) writer.Add(source, record);
        foreach (var source in records.Select(r => r.Source).Distinct()) writer.AddSource(new(source, source.StartsWith("osv", StringComparison.Ordinal) ? Now : Now.AddDays(-days), 1, 0, ""));
        writer.Write(folder["book"], DateTimeOffset.UnixEpoch);
        return Book.Open(folder["book"]);
    }
}
