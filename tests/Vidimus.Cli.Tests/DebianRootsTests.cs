using System.Text.Json;
using Vidimus.Testing;

namespace Vidimus.Cli.Tests;

/// <summary>A real Debian system through every kind of target, its findings held against judges/debian_triples.py, whose own judge is dpkg.</summary>
public class DebianRootsTests
{
    [Theory]
    [InlineData("bullseye", true, true)]
    [InlineData("bookworm", false, true)]
    public void FindsExactlyWhatDpkgAndTheTrackerSay(string suite, bool failsOnHigh, bool failsOnUntriaged)
    {
        RealTool.Require("python3", "dpkg", "dpkg-query");
        using var folder = Places.Temporary();
        var root = DebianRoot.Of(suite);
        var script = Path.Combine(Places.Repository, "tests", "Vidimus.Cli.Tests", "judges", "debian_triples.py");
        var expected = RealTool.Run("python3", [script, root, suite, Places.Shared("advisories/debian/derived-from-changelogs.zip")]).Split('\n', StringSplitOptions.RemoveEmptyEntries).ToHashSet();
        Assert.NotEmpty(expected);

        using var report = Tool.Scan(folder, $"root:{root}");

        Assert.Equal(expected.Order(), Triples(report).Order());
        var feeds = Places.Shared("advisories");
        Assert.Equal(failsOnHigh ? 1 : 0, Tool.Run(folder, "scan", $"root:{root}", "--feeds", feeds, "--fail-on", "high").Exit);
        Assert.Equal(failsOnUntriaged ? 1 : 0, Tool.Run(folder, "scan", $"root:{root}", "--feeds", feeds, "--fail-on", "untriaged").Exit);
    }

    [Fact]
    public void TheSameRootIsTheSameThroughEveryKindOfTarget()
    {
        RealTool.Require("umoci", "skopeo", "tar", "gzip", "zstd");
        using var folder = Places.Temporary();
        var root = DebianRoot.Of("bookworm");
        RealTool.Bash($"""
            tar -C '{root}' -cf root.tar .
            tar -C '{root}' -czf root.tar.gz .
            umoci init --layout lay; umoci new --image lay:base; umoci insert --image lay:base '{root}' / >/dev/null
            umoci config --image lay:base --architecture amd64 --os linux
            skopeo copy -q oci:lay:base docker-archive:saved.tar:example/app:1
            skopeo copy -q oci:lay:base oci-archive:archive.tar:app
            skopeo copy -q --dest-compress-format zstd oci:lay:base oci:zst:app
            """, folder.Path);

        using var live = Tool.Scan(folder, $"root:{root}");
        var expected = Essence(live);
        Assert.True(live.RootElement.GetProperty("packages").GetArrayLength() > 80);
        foreach (var target in new[] { $"dir:{root}", "tar:root.tar", "root.tar.gz", "oci:lay:base", "lay", "docker-archive:saved.tar", "oci:archive.tar", "oci:zst" })
        {
            using var report = Tool.Scan(folder, target);
            Assert.True(expected == Essence(report), $"{target} differs");
        }
    }

    [Fact]
    public void IdenticalInputAndBookGiveIdenticalBytesInEveryFormat()
    {
        using var folder = Places.Temporary();
        var root = DebianRoot.Of("bookworm");
        foreach (var format in new[] { "json", "table", "sarif", "cyclonedx" })
        {
            string[] arguments = ["scan", $"root:{root}", "--feeds", Places.Shared("advisories"), "-f", format, "--all"];
            var first = Tool.Run(folder, arguments);
            var second = Tool.Run(folder, arguments);

            Assert.Equal(0, first.Exit);
            Assert.NotEmpty(first.Output);
            Assert.Equal(first.Output, second.Output);
            if (format is "sarif") JsonJudges.Sarif(first.Output);
            if (format is "cyclonedx") JsonJudges.CycloneDx("1.5", first.Output);
        }
    }

    [Fact]
    public void ADamagedBlobStopsTheScanAndIsNamed()
    {
        RealTool.Require("umoci");
        using var folder = Places.Temporary();
        Directory.CreateDirectory(folder["tree"]);
        File.WriteAllText(Path.Combine(folder["tree"], "a"), "some bytes");
        RealTool.Bash("umoci init --layout lay; umoci new --image lay:base; umoci insert --image lay:base tree /opt >/dev/null", folder.Path);
        var blobs = Directory.GetFiles(Path.Combine(folder["lay"], "blobs", "sha256"));
        var layer = blobs.Single(b => File.ReadAllBytes(b) is [0x1F, 0x8B, ..]);
        var bytes = File.ReadAllBytes(layer);
        bytes[^5] ^= 1; // in gzip's own checksum: the content is as it was, the digest is not
        File.WriteAllBytes(layer, bytes);

        var (exit, _, error) = Tool.Run(folder, "scan", "oci:lay", "--offline");

        Assert.Equal(3, exit);
        Assert.Contains(Path.GetFileName(layer), error);
    }

    private static HashSet<string> Triples(JsonDocument report)
    {
        var sources = report.RootElement.GetProperty("packages").EnumerateArray().ToDictionary(
            p => p.GetProperty("id").GetString()!,
            p => p.GetProperty("source") is { ValueKind: JsonValueKind.Object } source ? source.GetProperty("name").GetString() : p.GetProperty("name").GetString());
        return [.. report.RootElement.GetProperty("findings").EnumerateArray().Where(f => f.GetProperty("kind").GetString() is "vulnerability")
            .Select(f => $"{sources[f.GetProperty("packageId").GetString()!]}\t{f.GetProperty("id").GetString()}\t{f.GetProperty("fixedVersion").GetString()}")];
    }

    /// <summary>Packages and findings without what names the target or the layer.</summary>
    internal static string Essence(JsonDocument report) => string.Join('\n',
        report.RootElement.GetProperty("packages").EnumerateArray().Select(p => $"{p.GetProperty("purl")} {p.GetProperty("source")} {p.GetProperty("path")} {p.GetProperty("owner")}").Order(StringComparer.Ordinal)
            .Concat(report.RootElement.GetProperty("findings").EnumerateArray().Select(f => $"{f.GetProperty("id")} {f.GetProperty("purl")} {f.GetProperty("severity")} {f.GetProperty("fixedVersion")} {f.GetProperty("evidence")}").Order(StringComparer.Ordinal)));
}
