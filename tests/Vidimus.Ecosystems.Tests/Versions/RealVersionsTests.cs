using System.IO.Compression;
using System.Text.Json;
using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests.Versions;

/// <summary>The versions that real advisories name: each package's can be sorted, and the sorted list is as the real tool orders it.</summary>
public sealed class RealVersionsTests
{
    [Theory]
    [InlineData("pypi", "PyPI", 0.998)]
    [InlineData("golang", "Go", 1)]
    [InlineData("cargo", "crates.io", 0.998)]
    [InlineData("maven", "Maven", 1)]
    [InlineData("npm", "npm", 1)]
    [InlineData("nuget", "NuGet", 1)]
    [InlineData("gem", "RubyGems", 1)]
    [InlineData("composer", "Packagist", 1)]
    [InlineData("deb", "Debian", 1)]
    [InlineData("deb", "Ubuntu", 1)]
    [InlineData("rpm", "AlmaLinux", 1)]
    [InlineData("rpm", "Rocky Linux", 1)]
    [InlineData("apk", "Alpaquita", 1)]
    [InlineData("apk", "Alpine", 1)]
    public void SortsWhatAdvisoriesName(string name, string ecosystem, double valid)
    {
        var scheme = VersionSchemes.Of(name);
        var packages = Versions(ecosystem);
        var texts = packages.Values.SelectMany(versions => versions).ToList();
        Assert.NotEmpty(texts);

        var refused = texts.Where(text => !scheme.IsValid(text)).ToList();
        Assert.True(texts.Count - refused.Count >= valid * texts.Count, $"{refused.Count} of {texts.Count} refused: {string.Join(", ", refused.Take(20))}");

        var neighbours = new List<(string Left, string Right)>();
        foreach (var versions in packages.Values)
        {
            var sorted = versions.ToList();
            sorted.Sort((a, b) => scheme.Compare(a, b));
            for (var i = 1; i < sorted.Count; i++)
            {
                Assert.True(scheme.Compare(sorted[i - 1], sorted[i]) <= 0);
                Assert.True(scheme.Compare(sorted[0], sorted[i]) <= 0, $"{sorted[0]} {sorted[i]}");
                neighbours.Add((sorted[i - 1], sorted[i]));
            }
        }

        if (name == "apk") return;
        var asked = name == "golang" ? neighbours.ConvertAll(pair => ("v" + pair.Left.TrimStart('v'), "v" + pair.Right.TrimStart('v'))) : neighbours;
        var answers = VersionJudge.Answers(name, asked);
        var differences = neighbours.Where((pair, i) => answers[i] is not ('!' or '?') && answers[i] != "<=>"[Math.Sign(scheme.Compare(pair.Left, pair.Right)) + 1]).ToList();
        TestContext.Current.TestOutputHelper?.WriteLine($"{ecosystem}: {packages.Count} packages, {texts.Count} versions, {refused.Count} refused, {neighbours.Count} neighbours judged");
        Assert.Empty(differences);
    }

    /// <summary>Every version of an ecosystem's records, by package; <c>0</c> as a range's beginning is OSV's own.</summary>
    private static Dictionary<string, HashSet<string>> Versions(string ecosystem)
    {
        var packages = new Dictionary<string, HashSet<string>>();
        using var archive = ZipFile.OpenRead(Places.Shared($"advisories/osv/{ecosystem}/all.zip"));
        foreach (var entry in archive.Entries.Where(entry => entry.Name.EndsWith(".json", StringComparison.Ordinal)))
        {
            using var stream = entry.Open();
            using var document = JsonDocument.Parse(stream);
            foreach (var affected in Each(document.RootElement, "affected"))
            {
                if (!affected.TryGetProperty("package", out var package)) continue;
                if (package.GetProperty("ecosystem").GetString()!.Split(':')[0] != ecosystem) continue; // a record may tell of other ecosystems too
                var key = $"{package.GetProperty("ecosystem")}/{package.GetProperty("name")}";
                if (!packages.TryGetValue(key, out var versions)) packages[key] = versions = [];

                foreach (var version in Each(affected, "versions")) versions.Add(version.GetString()!);
                foreach (var range in Each(affected, "ranges").Where(range => range.GetProperty("type").GetString() is "ECOSYSTEM" or "SEMVER"))
                {
                    foreach (var version in Each(range, "events").SelectMany(e => e.EnumerateObject()).Select(e => e.Value.GetString()!))
                    {
                        if (version is not ("0" or "*")) versions.Add(version);
                    }
                }
            }
        }

        return packages;
    }

    private static IEnumerable<JsonElement> Each(JsonElement parent, string name) => parent.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : [];
}
