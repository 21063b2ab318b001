using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Vidimus.Advisories.Fetch;
using Vidimus.Ecosystems;
using Vidimus.Model.Advisories;
using Vidimus.Testing;

namespace Vidimus.Advisories.Tests.Feeds;

/// <summary>Whatever the bytes, a reader gives records or rejects by name, and ends.</summary>
public sealed class HostileFeedTests
{
    private static readonly IReadOnlyList<IFeed> Feeds = [.. FeedList.CrossEcosystem(EcosystemList.Keys), .. EcosystemList.Feeds];

    /// <summary>Which file of the real data stands for a format. The mutations are random with a fixed seed.</summary>
    [Theory]
    [InlineData("osv", "PyPI", "osv/PyPI/all.zip", 150)]
    [InlineData("osv", "Ubuntu", "osv/Ubuntu/all.zip", 36)]
    [InlineData("cve5", "", "cve5/vulnrichment-subset.zip", 150)]
    [InlineData("eol", "", "eol/release-data.zip", 100)]
    [InlineData("alpine-secdb", "v3.19", "alpine-secdb/secdb.zip", 4)]
    [InlineData("debian", "", "debian/derived-from-changelogs.zip", 1)]
    [InlineData("kev", "", "kev/known_exploited_vulnerabilities.json", 1)]
    [InlineData("epss", "", "epss/epss_scores-current.csv.gz", 1)]
    [InlineData("rubysec", "", "rubysec/ruby-advisory-db.zip", 150)]
    [InlineData("friendsofphp", "", "friendsofphp/security-advisories.zip", 150)]
    [InlineData("nodejs", "", "nodejs/security-wg-vuln.zip", 150)]
    [InlineData("retirejs", "", "retirejs/repository.zip", 8)]
    [InlineData("dotnet", "", "dotnet/cve-timeline.zip", 18)]
    [InlineData("sap-project-kb", "", "sap-project-kb/statements.zip", 100)]
    [InlineData("nvd-overrides", "", "nvd-overrides/anchore-subset.zip", 100)]
    [InlineData("azurelinux", "", "azurelinux/oval.zip", 2)]
    [InlineData("ubuntu", "", "ubuntu/ubuntu-cve-tracker-2020-06-18.zip", 150)]
    [InlineData("amazon", "", "format-fixtures/vuls-data-update.zip!amazon/updateinfo", 9)]
    [InlineData("oracle", "", "format-fixtures/vuls-data-update.zip!com.oracle.elsa-all.xml.bz2", 1)]
    [InlineData("ubuntu-oval", "", "format-fixtures/vuls-data-update.zip!cve.oval.xml.bz2", 2)]
    [InlineData("redhat", "", "format-fixtures/vunnel-claircore.zip!rhel/vex/testdata/cve-2024", 3)]
    [InlineData("suse", "", "format-fixtures/vuls-data-update.zip!suse/csaf_vex/csaf-vex.tar.bz2", 1)]
    [InlineData("msrc", "", "format-fixtures/vuls-data-update.zip!microsoft/cvrf/happy/cvrf/", 2)]
    [InlineData("photon", "", "format-fixtures/vuls-data-update.zip!photon/cve/happy/cve_data", 3)]
    [InlineData("arch", "", "format-fixtures/vuls-data-update.zip!arch/advisory.json", 1)]
    [InlineData("nvd", "", "format-fixtures/vuls-data-update.zip!nvd/api/cve/", 8)]
    public void SurvivesDamagedRecords(string feed, string part, string path, int most)
    {
        var random = new Random(20261124);
        var (archive, within) = path.Split('!') is [var a, var b] ? (a, b) : (path, "");
        var files = Files(Places.Shared($"advisories/{archive}"), part).Where(f => f.Name.Contains(within, StringComparison.Ordinal)).Take(most).ToList();
        Assert.NotEmpty(files);
        foreach (var (name, body) in files)
        {
            for (var round = 0; round < (body.Length > 100_000 ? 3 : 6); round++)
            {
                var damaged = Damage(body, random);
                var snapshot = new MemorySnapshot(part, (name, damaged));
                _ = snapshot.ReadBy(Feeds.Single(f => f.Name == feed)).Count();
                // A document of an archive is rejected by its own name.
                if (!name.Contains(".tar", StringComparison.Ordinal)) Assert.All(snapshot.Rejected.Take(100), r => Assert.Contains(Path.GetFileName(name), r.Entry));
            }
        }
    }

    [Fact]
    public async Task CountsAndNamesEachBadRecordAmongGoodOnes()
    {
        using var folder = Places.Temporary();
        Directory.CreateDirectory(folder["osv/npm"]);
        using (var zip = ZipFile.Open(folder["osv/npm/all.zip"], ZipArchiveMode.Create))
        {
            for (var n = 0; n < 500; n++)
            {
                using var entry = zip.CreateEntry($"GHSA-{n:000}.json").Open();
                entry.Write(Encoding.UTF8.GetBytes(n % 2 == 0 ? $$"""{"id":"GHSA-{{n}}","affected":[]}""" : $$"""{"id":{{n}}}"""));
            }
        }

        var snapshot = (await new FolderMirror(folder.Path).SnapshotAsync(Feeds[0], "npm", TestContext.Current.CancellationToken))!;
        Assert.Equal(250, Feeds[0].Read(snapshot, TestContext.Current.CancellationToken).Count());
        Assert.Equal(250, snapshot.RejectedCount);
        Assert.Equal(new RejectedRecord("GHSA-001.json", "id is a number, not a text"), snapshot.Rejected[0]);
    }

    [Fact]
    public async Task SurvivesDamagedArchives()
    {
        using var folder = Places.Temporary();
        Directory.CreateDirectory(folder["osv/Ubuntu"]);
        var whole = File.ReadAllBytes(Places.Shared("advisories/osv/Ubuntu/all.zip"));
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            var damaged = round % 2 == 0 ? whole[..random.Next(whole.Length)] : Damage(whole, random);
            File.WriteAllBytes(folder["osv/Ubuntu/all.zip"], damaged);
            var snapshot = await new FolderMirror(folder.Path).SnapshotAsync(Feeds[0], "Ubuntu", TestContext.Current.CancellationToken);
            Assert.InRange(Feeds[0].Read(snapshot!, TestContext.Current.CancellationToken).Count(), 0, 36);
            if (damaged.Length < whole.Length) Assert.True(snapshot!.RejectedCount > 0);
        }
    }

    [Fact]
    public async Task RefusesAMemberThatUnpacksWithoutEnd()
    {
        using var folder = Places.Temporary();
        Directory.CreateDirectory(folder["osv/npm"]);
        using (var zip = ZipFile.Open(folder["osv/npm/all.zip"], ZipArchiveMode.Create))
        {
            using var entry = zip.CreateEntry("bomb.json").Open();
            var zeros = new byte[1 << 20];
            for (var n = 0; n < 600; n++) entry.Write(zeros);
        }

        var snapshot = (await new FolderMirror(folder.Path).SnapshotAsync(Feeds[0], "npm", TestContext.Current.CancellationToken))!;
        Assert.Empty(Feeds[0].Read(snapshot, TestContext.Current.CancellationToken));
        Assert.Contains("more than the 512 MiB allowed", snapshot.Rejected.Single().Reason);
    }

    /// <summary>The samples of these formats among the test data of other scanners, those broken on purpose included.</summary>
    [Theory]
    [InlineData("vuls-data-update.zip", "cisa/kev/known_exploited_vulnerabilities.json", "kev", 1, 0)] // Cut to one entry by those who keep it.
    [InlineData("vuls-data-update.zip", "enisa/kev/happy/eukev.json", "kev", 0, 1)]
    [InlineData("vuls-data-update.zip", "debian/tracker/api/invalid.json", "debian", 0, 1)]
    [InlineData("vunnel-claircore.zip", "kev/test-fixtures/valid-catalog-1.json", "kev", 3, 0)]
    [InlineData("vunnel-claircore.zip", "epss/test-fixtures/example-1.csv", "epss", 5, 0)]
    [InlineData("vunnel-claircore.zip", "epss/test-fixtures/missing-date.csv", "epss", 5, 0)]
    [InlineData("vunnel-claircore.zip", "epss/test-fixtures/invalid-header.csv", "epss", 0, 1)]
    public void ReadsTheSamplesOfOthers(string archive, string path, string feed, int records, int rejected)
    {
        var (_, body) = Files(Places.Shared($"advisories/format-fixtures/{archive}"), "").Single(f => f.Name.EndsWith(path, StringComparison.Ordinal));
        var snapshot = new MemorySnapshot("", (feed switch { "kev" => "known_exploited_vulnerabilities.json", "debian" => "data/json", _ => "epss_scores-current.csv.gz" }, feed == "epss" ? Gzip(body) : body));
        Assert.Equal(records, snapshot.ReadBy(Feeds.Single(f => f.Name == feed)).Count());
        Assert.Equal(rejected, snapshot.Rejected.Count);
    }

    [Theory]
    [InlineData("2021-04-14")]
    [InlineData("2021-09-01")]
    [InlineData("2022-02-04")]
    [InlineData("2023-03-07")]
    public void ReadsTheScoreFilesOfEachAge(string day)
    {
        var (name, body) = Files(Places.Shared("advisories/format-fixtures/vuls-data-update.zip"), "").Single(f => f.Name.EndsWith($"epss/epss_scores-{day}.csv.gz", StringComparison.Ordinal));
        var snapshot = new MemorySnapshot("", (Path.GetFileName(name), body));
        Assert.All(snapshot.ReadBy(Feeds.Single(f => f.Name == "epss")), r => Assert.Equal(day, ((ExploitScore)r).Date!.Value.ToString("yyyy-MM-dd")));
        Assert.Empty(snapshot.Rejected);
    }

    [Fact]
    public void ReadsTheStatesOfDebiansOwnJson()
    {
        var (_, body) = Files(Places.Shared("advisories/format-fixtures/vuls-data-update.zip"), "").Single(f => f.Name.EndsWith("debian/tracker/api/advisory.json", StringComparison.Ordinal));
        var snapshot = new MemorySnapshot("", ("data/json", body));
        var affected = snapshot.ReadBy(Feeds.Single(f => f.Name == "debian")).Cast<Advisory>().SelectMany(a => a.Affected).ToList();
        Assert.Contains(affected, a => a is { Ecosystem: "Debian:11", Name: "389-ds-base", Status: AffectedStatus.NotAffected }); // resolved with version 0
        Assert.Empty(snapshot.Rejected);
    }

    [Fact]
    public void ReadsTheSampleOfTheCveList()
    {
        var (_, body) = Files(Places.Shared("advisories/format-fixtures/vuls-data-update.zip"), "").Single(f => f.Name.EndsWith("cve/v5/cvelistV5-main.tar.gz", StringComparison.Ordinal));
        using var tar = new TarReader(new GZipStream(new MemoryStream(body), CompressionMode.Decompress));
        var files = new List<(string Name, byte[] Body)>();
        while (tar.GetNextEntry(copyData: true) is { } entry)
        {
            if (entry.DataStream is not { } data) continue;
            var text = new byte[data.Length];
            data.ReadExactly(text);
            files.Add((entry.Name, text));
        }

        var snapshot = new MemorySnapshot("", [.. files]);
        var named = files.Select(f => Path.GetFileNameWithoutExtension(f.Name)).Where(n => n.StartsWith("CVE-", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        Assert.NotEmpty(named);
        Assert.Equal(named, snapshot.ReadBy(Feeds.Single(f => f.Name == "cve5")).Cast<CveRecord>().Select(c => c.Id).Order(StringComparer.Ordinal));
        Assert.Empty(snapshot.Rejected);
    }

    private static IEnumerable<(string Name, byte[] Body)> Files(string path, string part)
    {
        if (!path.EndsWith(".zip", StringComparison.Ordinal))
        {
            yield return (Path.GetFileName(path), File.ReadAllBytes(path));
            yield break;
        }

        using var zip = ZipFile.OpenRead(path);
        foreach (var entry in zip.Entries.Where(e => e.Length is > 0 and < 4_000_000 && !e.FullName.EndsWith("LICENSE", StringComparison.Ordinal) && (part.Length == 0 || part[0] != 'v' || e.FullName.StartsWith(part, StringComparison.Ordinal))))
        {
            var body = new byte[entry.Length];
            using var stream = entry.Open();
            stream.ReadExactly(body);
            yield return (entry.FullName, body);
        }
    }

    private static byte[] Damage(byte[] whole, Random random)
    {
        if (random.Next(4) == 0) return whole[..random.Next(whole.Length)];

        var damaged = (byte[])whole.Clone();
        for (var n = random.Next(1, 12); n > 0; n--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
        return damaged;
    }

    private static byte[] Gzip(byte[] body)
    {
        using var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionLevel.Fastest)) stream.Write(body);
        return packed.ToArray();
    }
}
