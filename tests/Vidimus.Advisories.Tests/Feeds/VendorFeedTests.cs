using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Vidimus.Advisories.Fetch;
using Vidimus.Advisories.Private;
using Vidimus.Ecosystems;
using Vidimus.Ecosystems.Csaf;
using Vidimus.Model.Advisories;
using Vidimus.Testing;

namespace Vidimus.Advisories.Tests.Feeds;

/// <summary>Cases of vendors' feeds, by their own samples or by hand in the layout of each.</summary>
public sealed class VendorFeedTests
{
    private static IFeed Feed(string name) => EcosystemList.Feeds.Single(f => f.Name == name);

    /// <summary>From Red Hat's cve-2023-38545.json (2025): product_status.fixed of curl in enterprise_linux:9 for 9.2 (RHSA-2023:5763) and for 9.3 (RHSA-2023:6745).</summary>
    [Theory]
    [InlineData("7.76.1-23.el9_2.3", true)]
    [InlineData("7.76.1-23.el9_2.4", false)]
    [InlineData("7.76.1-23.el9_2.9", false)] // a later build for 9.2 is below the fix for 9.3 and has it all the same
    [InlineData("7.76.1-26.el9", true)]
    [InlineData("7.76.1-26.el9_3.1", true)]
    [InlineData("7.76.1-26.el9_3.2", false)]
    public void AFixOfOneMinorReleaseIsNoneOfAnother(string version, bool affected)
    {
        var body = Sample("vunnel-claircore.zip", "rhel/vex/testdata/cve-2023-38545.json");
        var advisory = new MemorySnapshot("", ("cve-2023-38545.json", body)).ReadBy(Feed("redhat")).Cast<Advisory>().Single();
        var fix = advisory.Affected.Single(a => a.Ecosystem == "Red Hat:enterprise_linux:9::baseos" && a.Name == "curl");
        var order = EcosystemList.Keys.Ecosystem("rpm")!.Versions;
        var holds = fix.Ranges.Any(r => r.Events.All(e => e.Kind == RangeEventKind.Introduced ? e.Version == "0" || order.Compare(version, e.Version) >= 0 : order.Compare(version, e.Version) < 0));
        Assert.Equal(affected, holds);
    }

    /// <summary>The streams of the same document, by their CPEs; and what Red Hat Enterprise Linux 8 is told.</summary>
    [Fact]
    public void KeepsRedHatsStreamsApart()
    {
        var advisory = new MemorySnapshot("", ("cve-2023-38545.json", Sample("vunnel-claircore.zip", "rhel/vex/testdata/cve-2023-38545.json"))).ReadBy(Feed("redhat")).Cast<Advisory>().Single();
        Assert.Contains(advisory.Affected, a => a is { Ecosystem: "Red Hat:rhel_eus:9.0::baseos", Name: "curl", Status: AffectedStatus.Affected });
        Assert.Contains(advisory.Affected, a => a is { Ecosystem: "Red Hat:enterprise_linux:8", Name: "libcurl", Status: AffectedStatus.NotAffected });
        Assert.DoesNotContain(advisory.Affected, a => a.Ecosystem.Contains("satellite", StringComparison.Ordinal));
    }

    /// <summary>Red Hat's rhsa-2023_3821.json: packages of the module ruby:2.7 carry <c>rpmmod=ruby:2.7:…</c>.</summary>
    [Fact]
    public void TellsTheModuleOfAPackage()
    {
        var notice = new MemorySnapshot("", ("rhsa-2023_3821.json", Sample("vunnel-claircore.zip", "csaf/advisories/rhsa-2023_3821.json"))).ReadBy(Feed("redhat-advisories")).Cast<Advisory>().First();
        Assert.Equal("RHSA-2023:3821", notice.Id);
        Assert.Contains(notice.Affected, a => a.Name == "ruby" && a.Module == "ruby:2.7");
    }

    /// <summary>ALAS2KERNEL-5.15-2022-001 is of the repository kernel-5.15: a kernel of the core's line 4.14 is none of its business.</summary>
    [Fact]
    public void ALineOfAmazonsExtrasBeginsWithItsNumber()
    {
        var notice = new MemorySnapshot("", ("updateinfo_2_kernel-5.15.xml.gz", Sample("vuls-data-update.zip", "amazon/updateinfo_2_kernel-5.15.xml.gz"))).ReadBy(Feed("amazon")).Cast<Advisory>().Single();
        Assert.Equal([new(RangeEventKind.Introduced, "5.15"), new RangeEvent(RangeEventKind.Fixed, "5.15.43-20.123.amzn2")], notice.Affected.First(a => a.Name == "kernel").Ranges.Single().Events);
    }

    [Theory]
    [InlineData("amazon", "amazon/updateinfo_invalid_xml.xml.gz")]
    [InlineData("rocky", "rocky/updateinfo/corruptcrc/pub/rocky/9/BaseOS/x86_64/os/repodata/corrupt-updateinfo.xml.gz")]
    [InlineData("oracle", "oracle/linux/invalid.xml")]
    [InlineData("oracle", "oracle/linux/invalid.xml.bz2")]
    [InlineData("arch", "arch/invalid.json")]
    public void RejectsTheSamplesThatAreBrokenOnPurpose(string feed, string path)
    {
        var snapshot = new MemorySnapshot("", (path, Sample("vuls-data-update.zip", path)));
        Assert.Empty(snapshot.ReadBy(Feed(feed)));
        Assert.NotEmpty(snapshot.Rejected);
    }

    /// <summary>By the layout of Ubuntu's own README; the releases are told by OSV's names.</summary>
    [Fact]
    public void KeepsUbuntusArchivesApart()
    {
        var snapshot = new MemorySnapshot("", "active/CVE-2024-1", """
            Candidate: CVE-2024-1
            Priority: medium
            jammy_curl: released (7.81.0-1ubuntu1.16)
            esm-infra/xenial_curl: released (7.47.0-1ubuntu2.19+esm12)
            xenial_curl: ignored (end of standard support)
            fips-updates/focal_openssl: needed
            noble_curl: not-affected
            devel_curl: needed
            focal_curl: DNE
            """);
        var states = snapshot.ReadBy(Feed("ubuntu")).Cast<Advisory>().Single().Affected.Select(a => $"{a.Ecosystem} {a.Name} {a.Status}");
        Assert.Equal(["Ubuntu:22.04:LTS curl Affected", "Ubuntu:Pro:16.04:LTS curl Affected", "Ubuntu:16.04:LTS curl EndOfLife", "Ubuntu:Pro:FIPS-updates:20.04:LTS openssl Affected", "Ubuntu:24.04:LTS curl NotAffected"], states);
        Assert.Empty(snapshot.Rejected);
    }

    /// <summary>By glsa.dtd: vulnerable below 1.2.3-r2, but revisions of 1.1 from r5 on have the fix.</summary>
    [Fact]
    public void ReadsGentoosAdvisories()
    {
        var snapshot = new MemorySnapshot("", "glsa-202401-01.xml", """
            <?xml version="1.0" encoding="utf-8"?><!DOCTYPE glsa SYSTEM "http://www.gentoo.org/dtd/glsa.dtd">
            <glsa id="202401-01"><title>T</title><announced>2024-01-05</announced><affected><package name="net-misc/curl" auto="yes" arch="*"><unaffected range="ge">1.2.3-r2</unaffected><unaffected range="rge">1.1-r5</unaffected><vulnerable range="lt">1.2.3-r2</vulnerable></package></affected>
            <references><uri link="https://nvd.nist.gov/vuln/detail/CVE-2024-1111">CVE-2024-1111</uri></references><impact type="high"/></glsa>
            """);
        var advisory = (Advisory)snapshot.ReadBy(Feed("gentoo")).Single();
        Assert.Equal(("GLSA-202401-01", "net-misc/curl", "Gentoo"), (advisory.Id, advisory.Affected.Single().Name, advisory.Affected.Single().Ecosystem));
        Assert.Equal(["CVE-2024-1111"], advisory.Upstream);
        Assert.Equal(2, advisory.Affected.Single().Ranges.Count);
        Assert.Equal("1.1-r5", advisory.Affected.Single().Ranges[0].Events[1].Version);
    }

    [Fact]
    public void ReadsJenkinsWarningsAndWolfisDatabase()
    {
        var warning = (Advisory)new MemorySnapshot("", "update-center.actual.json", """{"warnings":[{"id":"SECURITY-208","message":"M","name":"google-login","type":"plugin","url":"https://x","versions":[{"firstVersion":"1.0","lastVersion":"1.1","pattern":"1[.][01]"}]}]}""").ReadBy(Feed("jenkins")).Single();
        Assert.Equal(("SECURITY-208", "google-login", "1.1"), (warning.Id, warning.Affected.Single().Name, warning.Affected.Single().Ranges.Single().Events[1].Version));
        var fix = (Advisory)new MemorySnapshot("", "security.json", """{"packages":[{"pkg":{"name":"curl","secfixes":{"8.5.0-r0":["CVE-2023-1"]}}}]}""").ReadBy(Feed("wolfi")).Single();
        Assert.Equal(("CVE-2023-1", "Wolfi", "curl"), (fix.Id, fix.Affected.Single().Ecosystem, fix.Affected.Single().Name));
        Assert.False(Feed("wolfi").IsRedistributable);
    }

    [Fact]
    public void ReadsPrivateAdvisoriesInBothForms()
    {
        var feed = new PrivateFeed(EcosystemList.Keys, CsafAdvisories.Read);
        var snapshot = new MemorySnapshot("",
            ("a.json", Encoding.UTF8.GetBytes("""{"id":"OURS-1","affected":[{"package":{"ecosystem":"npm","name":"pad"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.2.0"}]}]}]}""")),
            ("b.json", Encoding.UTF8.GetBytes("""
                {"document":{"csaf_version":"2.0","title":"T","tracking":{"id":"OURS-2"}},
                 "product_tree":{"branches":[{"category":"product_version_range","name":"vers:npm/>=1.0.0|<1.3.0","product":{"name":"pad","product_id":"P","product_identification_helper":{"purl":"pkg:npm/pad"}}},
                   {"category":"product_version","name":"x","product":{"name":"libpad","product_id":"D","product_identification_helper":{"purl":"pkg:deb/debian/pad@1.0-1?distro=debian-12"}}}]},
                 "vulnerabilities":[{"cve":"CVE-2024-1","product_status":{"known_affected":["P","D"]}}]}
                """)),
            ("c.json", "{}"u8.ToArray()));
        var advisories = snapshot.ReadBy(feed).Cast<Advisory>().ToList();
        Assert.Equal(["OURS-1", "OURS-2"], advisories.Select(a => a.Id));
        Assert.Equal(["npm pad", "Debian:12 pad"], advisories[1].Affected.Select(a => $"{a.Ecosystem} {a.Name}"));
        Assert.Equal([new(RangeEventKind.Introduced, "1.0.0"), new RangeEvent(RangeEventKind.Fixed, "1.3.0")], advisories[1].Affected[0].Ranges.Single().Events);
        Assert.Equal("c.json", Assert.Single(snapshot.Rejected).Entry);
    }

    /// <summary>An index leads to what it names and nowhere else: it comes from elsewhere.</summary>
    [Fact]
    public async Task FollowsAnIndexAndRefusesOneThatLeadsOut()
    {
        using var mirror = Places.Temporary();
        Directory.CreateDirectory(mirror["photon"]);
        File.WriteAllText(mirror["photon/photon_versions.json"], """{"branches":["5.0"]}""");
        File.WriteAllText(mirror["photon/cve_data_photon5.0.json"], """[{"cve_id":"CVE-2024-1","pkg":"curl","cve_score":5,"aff_ver":"","res_ver":"1-1.ph5","status":"Fixed"}]""");
        File.WriteAllText(mirror["photon/cve_data_photon4.0.json"], "not named");
        var snapshot = (await new FolderMirror(mirror.Path).SnapshotAsync(Feed("photon"), "", TestContext.Current.CancellationToken))!;
        Assert.Equal("CVE-2024-1", ((Advisory)Feed("photon").Read(snapshot, TestContext.Current.CancellationToken).Single()).Id);

        File.WriteAllText(mirror["photon/photon_versions.json"], """{"branches":["/../../../etc/passwd"]}""");
        await Assert.ThrowsAsync<FetchException>(() => new FolderMirror(mirror.Path).SnapshotAsync(Feed("photon"), "", TestContext.Current.CancellationToken));
    }

    /// <summary>Red Hat's own index files of 2024: the day's archive, what changed since, what left.</summary>
    [Fact]
    public void FollowsRedHatsArchiveAndChanges()
    {
        var feed = Feed("redhat");
        var first = feed.Follow(feed.Files(null).Single(), Sample("vuls-data-update.zip", "redhat/vex/v1/archive_latest.txt")).ToList();
        Assert.Equal(["csaf_vex_2024-08-04.tar.zst", "changes.csv", "deletions.csv"], first.Select(f => f.Path));
        Assert.Equal(["2023/cve-2023-6240.json", "2023/cve-2023-6212.json"], feed.Follow(first[1], Sample("vuls-data-update.zip", "redhat/vex/v1/changes.csv")).Select(f => f.Path));
        var archive = new MemorySnapshot("", ("csaf_vex_2024-08-04.tar.zst", Sample("vuls-data-update.zip", "redhat/vex/v1/csaf_vex_2024-08-04.tar.zst")));
        Assert.NotEmpty(archive.ReadBy(feed));
        Assert.Empty(archive.Rejected);
    }

    /// <summary>NVD's API pages and yearly feeds have one form.</summary>
    [Theory]
    [InlineData("nvd/api/cve/1_item/0-1.json", 1)]
    [InlineData("nvd/api/cve/3_items/0-3.json", 3)]
    [InlineData("nvd/feed/cve/v2/nvdcve-2.0-2021.json.gz", 0)]
    public void ReadsNvd(string path, int count)
    {
        var snapshot = new MemorySnapshot("", (path, Sample("vuls-data-update.zip", path)));
        var records = snapshot.ReadBy(FeedList.CrossEcosystem(EcosystemList.Keys).Single(f => f.Name == "nvd")).Cast<CveRecord>().ToList();
        if (count == 0)
        {
            using var unpacked = new GZipStream(new MemoryStream(Sample("vuls-data-update.zip", path)), CompressionMode.Decompress);
            using var document = JsonDocument.Parse(unpacked);
            count = document.RootElement.GetProperty("vulnerabilities").GetArrayLength();
        }

        Assert.Equal(count, records.Count);
        Assert.Empty(snapshot.Rejected);
        Assert.All(records, r => Assert.NotNull(r.Details));
    }

    private static byte[] Sample(string archive, string path)
    {
        using var zip = ZipFile.OpenRead(Places.Shared($"advisories/format-fixtures/{archive}"));
        var entry = zip.Entries.Single(e => e.FullName.EndsWith(path, StringComparison.Ordinal));
        var body = new byte[entry.Length];
        using var stream = entry.Open();
        stream.ReadExactly(body);
        return body;
    }
}
