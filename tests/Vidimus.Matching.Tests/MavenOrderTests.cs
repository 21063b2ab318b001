using Vidimus.Ecosystems;
using Vidimus.Model.Advisories;
using Vidimus.Model.Inventory;

namespace Vidimus.Matching.Tests;

/// <summary>Maven's order has circles (1.0.alpha.1 &lt; 1 &lt; 1.sp.1 &lt; 1.0.alpha.1, by ComparableVersion itself): ranges under it must be judged one by one.</summary>
public class MavenOrderTests
{
    private static readonly string[] Versions = ["1", "1.0.alpha.1", "1.sp.1", "1.0.sp.1", "1.1", "1.0.beta.2", "1.0.alpha.2", "0.9", "2.0.alpha.1", "2", "2.sp.1", "1-sp", "1.0.0.alpha"];

    /// <summary>Judge: <see cref="NaiveMatcher"/>, which compares a version with each event of each range.</summary>
    [Fact]
    public void RangesUnderAnOrderWithCirclesAreJudgedOneByOne()
    {
        var random = new Random(20261124);
        var matched = 0;
        for (var round = 0; round < 300; round++)
        {
            var records = Enumerable.Range(0, 1 + random.Next(6)).Select(i => ("osv", (FeedRecord)MadeBook.Advisory($"GHSA-{round}-{i}", MadeBook.Below("Maven", "g:a", Pick(random), random.Next(2) == 0 ? "0" : Pick(random))))).ToArray();
            using var book = MadeBook.Of(records);
            var oracle = new NaiveMatcher(records, EcosystemList.Keys);
            var matcher = new Matcher(book, EcosystemList.Keys, os: null);
            var list = new MatchList();
            foreach (var version in Versions)
            {
                var package = new Package { Type = "maven", Namespace = "g", Name = "a", Version = version };
                matcher.Find(package, list);
                var found = Enumerable.Range(0, list.Count).Select(m => book.Vulnerability(list.Vulnerability(m)).Id).ToHashSet();

                Assert.True(oracle.Match(package, null).SetEquals(found), $"{version} in {string.Join("; ", records.Select(r => r.Item2))}");
                matched += found.Count;
            }
        }

        Assert.True(matched > 100);
    }

    private static string Pick(Random random) => Versions[random.Next(Versions.Length)];
}
