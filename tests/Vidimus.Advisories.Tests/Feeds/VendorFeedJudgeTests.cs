using System.IO.Compression;
using System.Text.Json;
using Vidimus.Ecosystems;
using Vidimus.Model.Advisories;
using Vidimus.Testing;

namespace Vidimus.Advisories.Tests.Feeds;

/// <summary>Vendors' feeds, whole where they are there and else their samples, against a script of another language that reads the same files by itself (<c>vendor-judge.py</c>).</summary>
public sealed class VendorFeedJudgeTests
{
    private static readonly IReadOnlyList<IFeed> Feeds = [.. FeedList.CrossEcosystem(EcosystemList.Keys), .. EcosystemList.Feeds];

    /// <summary>Feed, files below ../shared/advisories (a <c>!</c> parts an archive from what is taken out of it), and how many lines there are at least.</summary>
    [Theory]
    [InlineData("azurelinux", 3458, "azurelinux/oval.zip")] // 1,222 and 2,252 definitions, some of them twice
    [InlineData("ubuntu", 200_000, "ubuntu/ubuntu-cve-tracker-2020-06-18.zip")]
    [InlineData("retirejs", 900, "retirejs/repository.zip")]
    [InlineData("dotnet", 120, "dotnet/cve-timeline.zip")]
    [InlineData("sap-project-kb", 10_000, "sap-project-kb/statements.zip")]
    [InlineData("nvd-overrides", 37_000, "nvd-overrides/anchore-subset.zip")]
    [InlineData("amazon", 48, "vuls-data-update.zip!amazon/updateinfo_1.xml.gz amazon/updateinfo_2.xml.gz amazon/updateinfo_2022.xml.gz amazon/updateinfo_2023.xml.gz amazon/updateinfo_2023_kernel-livepatch.xml.gz amazon/updateinfo_2023_nvidia.xml.gz amazon/updateinfo_2_kernel-5.15.xml.gz")]
    [InlineData("rocky", 2, "vuls-data-update.zip!rocky/updateinfo/happy/pub/rocky/9/AppStream/x86_64/os/repodata/bbbb125de8ddb7f66ac6a9850f48af285670c3ace1e29f2b0ce002ab69b88ee5-updateinfo.xml.gz rocky/updateinfo/happy/pub/rocky/9/BaseOS/x86_64/os/repodata/aaaa587b7c2316f0b357a284fc32836ceee13fe54e277cc841b30ecefb7cbb42a-updateinfo.xml.gz")]
    [InlineData("almalinux", 2, "vuls-data-update.zip!alma/updateinfo/happy/almalinux/9/AppStream/x86_64/os/repodata/cccc125de8ddb7f66ac6a9850f48af285670c3ace1e29f2b0ce002ab69b88ee5-updateinfo.xml.gz alma/updateinfo/happy/almalinux/9/BaseOS/x86_64/os/repodata/106ba7d2cc8d0ba45aebfe29e32dbbc6ac0bb0378413184d62e6198d13fedb76-updateinfo.xml.gz")]
    [InlineData("oracle", 9, "vuls-data-update.zip!oracle/linux/com.oracle.elsa-all.xml.bz2")]
    [InlineData("photon", 5, "vuls-data-update.zip!photon/cve/happy/cve_data_photon1.0.json photon/cve/happy/cve_data_photon4.0.json photon/cve/happy/cve_data_photon5.0.json")]
    [InlineData("arch", 2, "vuls-data-update.zip!arch/advisory.json")]
    [InlineData("redhat", 94, "vuls-data-update.zip!redhat/vex/v1/2023/cve-2023-6212.json")]
    [InlineData("redhat", 300, "vunnel-claircore.zip!quay_claircore/rhel/vex/testdata/cve-2022-38752.json quay_claircore/rhel/vex/testdata/cve-2023-38545.json quay_claircore/rhel/vex/testdata/cve-2023-4154.json quay_claircore/rhel/vex/testdata/cve-2023-42670.json quay_claircore/rhel/vex/testdata/cve-2024-24786-simple.json")]
    [InlineData("suse", 910, "vuls-data-update.zip!suse/csaf_vex/csaf-vex.tar.bz2")]
    [InlineData("msrc", 5, "vuls-data-update.zip!microsoft/cvrf/happy/cvrf/2016-Apr microsoft/cvrf/happy/cvrf/2024-Mar")]
    public void ReadsAsTheJudgeDoes(string feed, int least, string source)
    {
        RealTool.Require("/usr/bin/python3");
        using var folder = Places.Temporary();
        var (paths, files) = Files(source, folder);
        var judged = RealTool.Run("/usr/bin/python3", [Path.Combine(Places.Repository, "tests/Vidimus.Advisories.Tests/Feeds/vendor-judge.py"), feed, .. paths])
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<string>(line)!).Order(StringComparer.Ordinal).ToList();

        var snapshot = new MemorySnapshot("", files);
        var read = snapshot.ReadBy(Feeds.Single(f => f.Name == feed)).Cast<Advisory>().SelectMany(advisory => Lines(advisory, feed)).Distinct().Order(StringComparer.Ordinal).ToList();
        var rejected = snapshot.Rejected.GroupBy(r => r.Reason).Select(g => $"{g.Key}: {g.Count()}, {g.First().Entry}").Take(20).ToList();
        TestContext.Current.TestOutputHelper?.WriteLine($"{feed}: {read.Count} lines, {snapshot.Rejected.Count} rejected\n{string.Join('\n', rejected)}");

        var missing = judged.Except(read, StringComparer.Ordinal).ToList();
        var surplus = read.Except(judged, StringComparer.Ordinal).ToList();
        Assert.True(missing.Count + surplus.Count == 0, $"{missing.Count} missing, {surplus.Count} surplus:\n{string.Join('\n', missing.Take(8))}\n--\n{string.Join('\n', surplus.Take(8))}");
        Assert.True(read.Count >= least, $"{read.Count} lines");
    }

    private static IEnumerable<string> Lines(Advisory advisory, string feed)
    {
        foreach (var affected in advisory.Affected)
        {
            if (feed == "retirejs" && affected.Ranges.Count > 1) continue; // With versions left out: see RangeJudgeTests.
            var head = $"{affected.Ecosystem}\t{affected.Name}\t{advisory.Id}\t{affected.Status}\t{affected.Module}\t{string.Join(',', affected.Architectures)}";
            if (feed == "redhat" && affected.Ranges.Any(r => r.Events.Any(e => e.Kind == RangeEventKind.Fixed)))
            {
                yield return $"{head}\tfixed";
                continue;
            }

            if (affected.Ranges.Count + affected.Versions.Count == 0) yield return head;
            foreach (var range in affected.Ranges) yield return $"{head}\t{string.Join('\t', range.Events.Select(e => $"{Word(e.Kind)}={e.Version}"))}";
            foreach (var version in affected.Versions) yield return $"{head}\tversion={version}";
        }
    }

    private static string Word(RangeEventKind kind) => kind == RangeEventKind.LastAffected ? "last_affected" : kind.ToString().ToLowerInvariant();

    /// <summary>The files for the judge, by their paths, and for our reader, as a mirror would give them.</summary>
    private static (string[] Paths, (string Name, byte[] Body)[] Files) Files(string source, TemporaryFolder folder)
    {
        var parts = source.Split('!');
        var archive = Places.Shared(parts.Length == 1 ? $"advisories/{source}" : $"advisories/format-fixtures/{parts[0]}");
        using var zip = ZipFile.OpenRead(archive);
        if (parts.Length == 1) return ([archive], [.. zip.Entries.Where(e => e.Name.Length > 0).Select(e => (e.FullName, Read(e)))]);

        var files = parts[1].Split(' ').Select(name => (Name: name, Body: Read(zip.Entries.Single(e => e.FullName.EndsWith(name, StringComparison.Ordinal))))).ToArray();
        foreach (var (name, body) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
            File.WriteAllBytes(folder[name], body);
        }

        return ([.. files.Select(f => folder[f.Name])], files);
    }

    private static byte[] Read(ZipArchiveEntry entry)
    {
        var body = new byte[entry.Length];
        using var stream = entry.Open();
        stream.ReadExactly(body);
        return body;
    }
}
