using Vidimus.Ecosystems;
using Vidimus.Model.Inventory;
using Vidimus.Model.Matching;

namespace Vidimus.Matching.Tests;

public class MatcherOverRealFeedsTests
{
    private static readonly OsRelease[] Systems =
    [
        .. new[] { "11", "12", "13" }.Select(v => new OsRelease("debian", v, null)),
        .. new[] { "3.14.2", "3.15.0", "3.16.1", "3.17.0", "3.18.4", "3.19.1", "3.20.0", "3.21.0", "3.22.0", "3.23.0" }.Select(v => new OsRelease("alpine", v, null)),
        .. new[] { "8.9", "9.4", "10.0" }.Select(v => new OsRelease("almalinux", v, null)),
        .. new[] { "14.04", "16.04", "17.04", "18.04", "20.04", "22.04", "24.04" }.Select(v => new OsRelease("ubuntu", v, null)),
        .. new[] { "stream", "23", "25" }.Select(v => new OsRelease("alpaquita", v, null)),
        .. new[] { "8.9", "9.4" }.Select(v => new OsRelease("rocky", v, null)),
        new("azurelinux", "3.0", null),
        new("mariner", "1.0", null),
    ];

    /// <summary>Judge: <see cref="NaiveMatcher"/>, OSV's evaluation rule walked over the records one by one.</summary>
    [Theory]
    [InlineData("PyPI", 6000)]
    [InlineData("Go", 6000)]
    [InlineData("crates.io", 3000)]
    [InlineData("npm", 3000)]
    [InlineData("Maven", 3000)]
    [InlineData("NuGet", 1000)]
    [InlineData("RubyGems", 1000)]
    [InlineData("Packagist", 2000)]
    [InlineData("Debian", 6000)]
    [InlineData("Alpine", 6000)]
    [InlineData("AlmaLinux", 6000)]
    [InlineData("Ubuntu", 6000)]
    [InlineData("Azure Linux", 4000)]
    [InlineData("Alpaquita", 4000)]
    public void MatchesWhatTheRecordsSay(string family, int probes)
    {
        var oracle = Oracle.Value;
        var keys = oracle.Keys.Where(k => k.Ecosystem == family || k.Ecosystem.StartsWith(family + ":", StringComparison.Ordinal)).OrderBy(k => k.Ecosystem, StringComparer.Ordinal).ThenBy(k => k.Name, StringComparer.Ordinal).ToArray();
        var random = new Random(20261124);
        var matchers = new Dictionary<OsRelease, Matcher>();
        var list = new MatchList();
        int judged = 0, matched = 0;
        for (var i = 0; i < probes; i++)
        {
            var key = keys[random.Next(keys.Length)];
            if (SystemOf(key.Ecosystem) is not { } system) continue;
            var package = PackageOf(key, Near(oracle, key, random));
            if (package.Version.Length == 0) continue;
            if (!matchers.TryGetValue(system, out var matcher)) matchers.Add(system, matcher = new(SharedAdvisories.Book, EcosystemList.Keys, system));

            matcher.Find(package, list);
            var found = new SortedSet<string>(StringComparer.Ordinal);
            for (var m = 0; m < list.Count; m++) Assert.True(found.Add(oracle.Group(SharedAdvisories.Book.Vulnerability(list.Vulnerability(m)).Id)), $"two rows for one vulnerability of {package}");
            var expected = oracle.Match(package, system);
            Assert.True(expected.SetEquals(found), $"{key} {package.Version}: expected {string.Join(' ', expected.Except(found).Take(5))} and not {string.Join(' ', found.Except(expected).Take(5))}");
            judged++;
            if (found.Count > 0) matched++;
        }

        Assert.True(judged > probes / 10 && matched > 0 && matched < judged, $"{judged} judged, {matched} matched: the probes say nothing");
    }

    private static readonly Lazy<NaiveMatcher> Oracle = new(() => new(SharedAdvisories.Records, EcosystemList.Keys));

    private static OsRelease? SystemOf(string ecosystem) => ecosystem.Contains(':', StringComparison.Ordinal)
        ? Systems.FirstOrDefault(os => EcosystemList.Keys.Distribution(os) is { } d && (d.AdvisoryEcosystems(os).Contains(ecosystem) || d.PocketEcosystems(os, "esm").Contains(ecosystem)))
        : new("none", null, null);

    private static Package PackageOf(MatchKey key, string version)
    {
        var type = EcosystemList.Keys.OfAdvisory(key.Ecosystem)!.Type;
        var colon = type == "maven" ? key.Name.IndexOf(':', StringComparison.Ordinal) : -1;
        return colon < 0
            ? new() { Type = type, Name = key.Name, Version = version }
            : new() { Type = type, Namespace = key.Name[..colon], Name = key.Name[(colon + 1)..], Version = version };
    }

    /// <summary>A version that the key's records name, or one beside it.</summary>
    private static string Near(NaiveMatcher oracle, MatchKey key, Random random)
    {
        var versions = oracle.VersionsOf(key).Where(v => v.Length > 0).ToArray();
        if (versions.Length == 0) return "1.0";
        var version = versions[random.Next(versions.Length)];
        return random.Next(6) switch
        {
            0 => version + ".1",
            1 => version + "~1",
            2 => version + "-1",
            3 when version.LastIndexOfAny([.. "123456789"]) is >= 0 and var digit => $"{version[..digit]}{(char)(version[digit] - 1)}{version[(digit + 1)..]}",
            4 when version.LastIndexOfAny([.. "012345678"]) is >= 0 and var digit => $"{version[..digit]}{(char)(version[digit] + 1)}{version[(digit + 1)..]}",
            _ => version,
        };
    }
}
