using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vidimus.Advisories.Fetch;
using Vidimus.Ecosystems;
using Vidimus.Model.Advisories;
using Vidimus.Testing;

namespace Vidimus.Advisories.Tests.Feeds;

/// <summary>Whole real feeds, against a script of another language that reads the same archives by itself (<c>feed-judge.py</c>).</summary>
public sealed class FeedJudgeTests
{
    private static readonly IReadOnlyList<IFeed> Feeds = [.. FeedList.CrossEcosystem(EcosystemList.Keys), .. EcosystemList.Feeds];

    [Fact]
    public async Task ReadsEveryOsvEcosystemAsTheJudgeDoes()
    {
        var parts = await new FolderMirror(Places.Shared("advisories")).PartsAsync(Feed("osv"), TestContext.Current.CancellationToken);
        Assert.Equal(30, parts.Count);
        var lines = 0;
        foreach (var part in parts) lines += await CompareAsync("osv", part);
        Assert.True(lines > 100_000, $"{lines} lines compared");
    }

    [Theory]
    [InlineData("edge")]
    [InlineData("v3.14")]
    [InlineData("v3.18")]
    [InlineData("v3.24")]
    public async Task ReadsAlpineAsTheJudgeDoes(string release) => Assert.True(await CompareAsync("alpine-secdb", release) > 1000);

    [Fact]
    public async Task ReadsDebianAsTheJudgeDoes() => Assert.Equal(3626 + 2463 + 3068, await CompareAsync("debian", "")); // The counts of ../shared/advisories/README.md.

    [Fact]
    public async Task ReadsTheCataloguesInFull()
    {
        // The counts that ../shared/advisories/README.md gives.
        Assert.Equal(1662, (await ReadAsync("kev", "")).Count);
        Assert.Equal(360_142, (await ReadAsync("epss", "")).Count);
        var cves = (await ReadAsync("cve5", "")).Cast<CveRecord>().ToList();
        Assert.Equal(6775, cves.Count);
        Assert.Equal(6758, cves.Count(c => c.Ssvc.Count > 0));
        Assert.Equal(93, cves.Count(c => c.Severities.Any(s => s.Type == "CVSS:4.0")));

        using var ends = ZipFile.OpenRead(Places.Shared("advisories/eol/release-data.zip"));
        var cycles = ends.Entries.Where(e => e.Name.EndsWith(".json", StringComparison.Ordinal)).Sum(e => JsonNode.Parse(e.Open())!["releases"]!.AsObject().Count);
        Assert.Equal(cycles, (await ReadAsync("eol", "")).Count);
    }

    private static async Task<int> CompareAsync(string feed, string part)
    {
        RealTool.Require("/usr/bin/python3");
        var judged = RealTool.Run("/usr/bin/python3", [Path.Combine(Places.Repository, "tests/Vidimus.Advisories.Tests/Feeds/feed-judge.py"), feed == "alpine-secdb" ? "secdb" : feed, Places.Shared("advisories"), part])
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<string>(line)!).Order(StringComparer.Ordinal).ToList();
        var read = (await ReadAsync(feed, part)).Cast<Advisory>().SelectMany(Lines).Order(StringComparer.Ordinal).ToList();

        Assert.Equal(judged, read);
        return read.Count;
    }

    private static async Task<List<FeedRecord>> ReadAsync(string feed, string part)
    {
        var snapshot = await new FolderMirror(Places.Shared("advisories")).SnapshotAsync(Feed(feed), part, TestContext.Current.CancellationToken);
        var records = Feed(feed).Read(snapshot!, TestContext.Current.CancellationToken).ToList();
        Assert.Equal(0, snapshot!.RejectedCount);
        return records;
    }

    private static IEnumerable<string> Lines(Advisory advisory)
    {
        foreach (var affected in advisory.Affected)
        {
            var head = $"{affected.Ecosystem}\t{affected.Name}\t{advisory.Id}\t";
            if (affected.Status == AffectedStatus.NotAffected) yield return head + "never";
            foreach (var range in affected.Ranges) yield return head + string.Join('\t', range.Events.Select(e => $"{Word(e.Kind)}={e.Version}"));
            foreach (var version in affected.Ranges.Count == 0 ? affected.Versions : []) yield return $"{head}version={version}";
        }
    }

    private static string Word(RangeEventKind kind) => kind == RangeEventKind.LastAffected ? "last_affected" : kind.ToString().ToLowerInvariant();

    private static IFeed Feed(string name) => Feeds.Single(f => f.Name == name);
}
