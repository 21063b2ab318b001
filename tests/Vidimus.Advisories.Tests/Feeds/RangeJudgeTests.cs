using System.IO.Compression;
using Vidimus.Ecosystems;
using Vidimus.Model.Advisories;
using Vidimus.Model.Versions;
using Vidimus.Testing;

namespace Vidimus.Advisories.Tests.Feeds;

/// <summary>Feeds that say by requirements which versions are affected: of every advisory of the real data, versions at and beside all that it names, judged by the language's own tool.</summary>
public sealed class RangeJudgeTests
{
    private static string Sources => Path.Combine(Places.Repository, "tests/Vidimus.Advisories.Tests/Feeds");

    [Fact]
    public void TakesGemsAsRubyGemsDoes()
    {
        RealTool.Require("ruby");
        Compare("rubysec", "rubysec/ruby-advisory-db.zip", "gem", folder => RealTool.Run("ruby", [Path.Combine(Sources, "ranges.rb"), folder]), 15_000);
    }

    [Fact]
    public void TakesNpmsRangesAsNpmDoes()
    {
        RealTool.Require("node");
        var modules = NpmModules.Of("semver", "semver@7.8.6");
        Compare("nodejs", "nodejs/security-wg-vuln.zip", "npm", folder => RealTool.Run("node", ["-e", File.ReadAllText(Path.Combine(Sources, "ranges.js")), folder], folder: modules), 10_000);
    }

    [Fact]
    public void TakesComposersConditionsAsComposerDoes()
    {
        RealTool.Require("php");
        if (!File.Exists("/usr/share/php/Composer/Semver/autoload.php")) RealTool.Missing("php-composer-semver is absent; ./test installs it when run as root");
        Compare("friendsofphp", "friendsofphp/security-advisories.zip", "composer", folder => RealTool.Run("php", [Path.Combine(Sources, "ranges.php"), folder]), 10_000);
    }

    private static void Compare(string feedName, string path, string type, Func<string, string> judge, int least)
    {
        using var folder = Places.Temporary();
        ZipFile.ExtractToDirectory(Places.Shared($"advisories/{path}"), folder.Path);
        var feed = EcosystemList.Feeds.Single(f => f.Name == feedName);
        var scheme = EcosystemList.Keys.Ecosystem(type)!.Versions;
        var read = new Dictionary<string, Advisory?>(StringComparer.Ordinal);
        var wrong = new List<string>();
        var compared = 0;
        foreach (var line in judge(folder.Path).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var (file, version, affected) = line.Split('\t') is [var f, var v, var a] ? (f, v, a == "1") : throw new InvalidOperationException(line);
            if (!read.TryGetValue(file, out var advisory))
            {
                var snapshot = new MemorySnapshot("", (file, File.ReadAllBytes(folder[file])));
                read.Add(file, advisory = (Advisory?)snapshot.ReadBy(feed).SingleOrDefault());
                if (snapshot.Rejected.Count > 0) wrong.Add($"{file}: rejected: {snapshot.Rejected[0].Reason}");
            }

            if (advisory is null || !scheme.IsValid(version)) continue;
            compared++;
            if (advisory.Affected.Single().Ranges.Any(range => Holds(range, version, scheme)) != affected) wrong.Add($"{file}: {version} is {(affected ? "" : "not ")}affected");
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{feedName}: {read.Count} advisories, {compared} versions");
        Assert.True(wrong.Count == 0 && compared >= least, $"{wrong.Count} wrong of {compared}:\n{string.Join('\n', wrong.Take(15))}");
    }

    /// <summary>A range of the two forms that these readers give: a beginning, and at most one end.</summary>
    private static bool Holds(VersionRange range, string version, IVersionScheme scheme) => range.Events.All(e => e.Kind switch
    {
        RangeEventKind.Introduced => e.Version == "0" || scheme.Compare(version, e.Version) >= 0,
        RangeEventKind.IntroducedAfter => scheme.Compare(version, e.Version) > 0,
        RangeEventKind.Fixed => scheme.Compare(version, e.Version) < 0,
        _ => scheme.Compare(version, e.Version) <= 0,
    });
}
