using Vidimus.Advisories;
using Vidimus.Ecosystems;
using Vidimus.Matching;
using Vidimus.Model.Advisories;
using Vidimus.Model.Matching;
using static Vidimus.Fleet.Tests.TestBooks;

namespace Vidimus.Fleet.Tests;

/// <summary>The difference of two books against asking both for everything: a key that is not in it gives the same verdicts.</summary>
public sealed class DifferenceTests : IDisposable
{
    private readonly TestBooks books = new();

    public void Dispose() => books.Dispose();

    [Fact]
    public void EqualRecordsDifferInNothing()
    {
        FeedRecord[] records = [Advisory("GHSA-1", Below("npm", "a", "1.0.0")) with { Aliases = ["CVE-2024-0001"] }, new CveRecord("CVE-2024-0001") { Title = "t" }];
        var difference = BookDifference.Of(books.Make(Fleet.Start, records), books.Make(Fleet.Start.AddDays(1), records.Reverse()));
        Assert.Equal((0, 0, 0, false), (difference.Keys.Count, difference.Vulnerabilities.Count, difference.Groups.Count, difference.EndOfLife));
    }

    [Fact]
    public void NamesWhatChanged()
    {
        var stays = Advisory("GHSA-1", Below("npm", "a", "1.0.0"));
        var before = books.Make(Fleet.Start, stays, Advisory("GHSA-2", Below("npm", "b", "1.0.0"), Below("Debian:12", "c", null)), Advisory("GHSA-3", Below("npm", "d", null)));
        var after = books.Make(Fleet.Start, stays with { Title = "a text" }, Advisory("GHSA-2", Below("npm", "b", "2.0.0"), Below("Debian:12", "c", null)), Advisory("GHSA-4", Below("PyPI", "E.e", null)), new EndOfLife("debian", "12", null));
        var difference = BookDifference.Of(before, after);
        Assert.Equal([new("PyPI", "e-e"), new("npm", "b"), new MatchKey("npm", "d")], difference.Keys);
        Assert.Equal(["GHSA-1", "GHSA-4"], difference.Vulnerabilities);
        Assert.Equal(["GHSA-4"], difference.Groups.Select(g => g[0]));
        Assert.True(difference.EndOfLife);
    }

    [Fact]
    public void WhatIsNotNamedGivesTheSameVerdicts()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var (before, after) = (books.Make(Fleet.Start, Some(random)), books.Make(Fleet.Start, Some(random)));
            var changed = BookDifference.Of(before, after).Keys.ToHashSet();
            foreach (var name in Enumerable.Range(0, 6).Select(i => $"p{i}").Where(n => !changed.Contains(new("npm", n))))
            {
                foreach (var version in new[] { "1.0.0", "2.5.0", "3.0.0" }) Assert.Equal(Verdicts(before, name, version), Verdicts(after, name, version));
            }
        }
    }

    private static List<string> Verdicts(Book book, string name, string version) =>
        [.. new VerdictMaker(book, EcosystemList.Keys).Decide(new("npm", name, version, null, null)).Select(v => $"{book.Vulnerability(v.Vulnerability).Id} {v with { Vulnerability = 0 }}").Order(StringComparer.Ordinal)];

    private static List<FeedRecord> Some(Random random)
    {
        // Most is the same in both.
        var fixedPart = new Random(7);
        var records = new List<FeedRecord>();
        for (var i = 0; i < 8; i++)
        {
            var from = random.Next(5) == 0 ? random : fixedPart;
            records.Add(Advisory($"GHSA-{i}", Below("npm", $"p{from.Next(6)}", from.Next(3) == 0 ? null : $"{from.Next(1, 4)}.0.0")) with { Aliases = from.Next(3) == 0 ? [$"CVE-2024-{from.Next(1000, 1004)}"] : [], Withdrawn = from.Next(6) == 0 ? Fleet.Start : null });
        }

        for (var i = 1000; i < 1004; i++) records.Add(new CveRecord($"CVE-2024-{i}") { Rejected = random.Next(12) == 0, Severities = random.Next(8) == 0 ? [new("cna", "CVSS:3.1", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")] : [] });
        return records;
    }
}
