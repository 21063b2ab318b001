using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Vidimus.Ecosystems;
using Vidimus.Model.Advisories;
using Vidimus.Testing;

namespace Vidimus.Advisories.Tests.Feeds;

/// <summary>Feeds of distributions and of Microsoft that stand beside their main ones, by their publishers' own samples; expected values are read off the samples by eye and by line.</summary>
public sealed class FurtherFeedTests
{
    private static IFeed Feed(string name) => EcosystemList.Feeds.Single(f => f.Name == name);

    /// <summary>data/DSA/list of Debian's security tracker, 2023-11-02.</summary>
    [Fact]
    public void ReadsDebiansLists()
    {
        var read = Read("debian-lists", ("data/DSA/list", FromTar("debian/tracker/salsa/security-tracker-master.tar.gz", "DSA/list")), ("data/DLA/list", FromTar("debian/tracker/salsa/security-tracker-master.tar.gz", "DLA/list")));
        var zookeeper = read.Single(a => a.Id == "DSA-5544-1");
        Assert.Equal(["CVE-2023-44981"], zookeeper.Upstream);
        Assert.Equal(new DateTimeOffset(2023, 10, 31, 0, 0, 0, TimeSpan.Zero), zookeeper.Published);
        Assert.Contains(zookeeper.Affected, a => a is { Ecosystem: "Debian:12", Name: "zookeeper", Ranges: [{ Events: [_, { Kind: RangeEventKind.Fixed, Version: "3.8.0-11+deb12u1" }] }] });
        Assert.Empty(read.Single(a => a.Id == "DSA-5545-1").Upstream); // it names no CVE
        Assert.Contains(read.Single(a => a.Id == "DLA-3643-1").Affected, a => a is { Ecosystem: "Debian:10", Name: "pmix" });
    }

    /// <summary>The whole lists of 2023-04-02, where the judge is a count of lines by a regular expression of another kind: entries that name a release we have a number for.</summary>
    [Fact]
    public void ReadsAllOfDebiansLists()
    {
        using var zip = ZipFile.OpenRead(Places.Shared("advisories/debian/security-tracker-lists-2023-04-02.zip"));
        (string, byte[])[] files = [.. zip.Entries.Where(e => e.FullName is "data/DSA/list" or "data/DLA/list").Select(e => (e.FullName, Bytes(e.Open())))];
        var snapshot = new MemorySnapshot("", files);
        var read = snapshot.ReadBy(Feed("debian-lists")).Cast<Advisory>().ToList();
        var states = files.SelectMany(f => Encoding.UTF8.GetString(f.Item2).Split('\n')).Count(line => line is ['\t' or ' ', ..] && line.TrimStart() is ['[', ..] && line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [_, "-", _, _, ..]);
        TestContext.Current.TestOutputHelper?.WriteLine($"{read.Count} advisories, {read.Sum(a => a.Affected.Count)} states of {states} lines, {snapshot.Rejected.Count} rejected: {string.Join(" | ", snapshot.Rejected.Take(10))}");
        Assert.True(read.Count > 7000);
        Assert.Equal(states, read.Sum(a => a.Affected.Count));
        Assert.True(snapshot.Rejected.Count < 20);
    }

    /// <summary>Updates of bodhi's API: FEDORA-2025-aaa1111111 (security, stable) has one rpm; containers and flatpaks have none that is a system's.</summary>
    [Fact]
    public void ReadsBodhisUpdates()
    {
        var one = Read("fedora-bodhi", ("pages/1.json", Sample("vunnel-claircore.zip", "fedora/test-fixtures/input/FEDORA-2025-aaa1111111.json"))).Single();
        Assert.Equal(["CVE-2025-1234"], one.Upstream);
        Assert.Equal(new DateTimeOffset(2025, 1, 15, 12, 0, 0, TimeSpan.Zero), one.Published);
        Assert.Contains(one.Affected, a => a is { Ecosystem: "Fedora:40", Name: "python3-docs", Ranges: [{ Events: [_, { Version: "3.12.9-1.fc40" }] }] });
        Assert.Empty(Read("fedora-bodhi", ("pages/1.json", Sample("vuls-data-update.zip", "fedora/api/updates/F29C.json"))));
        var epel = Read("fedora-bodhi", ("pages/1.json", Sample("vunnel-claircore.zip", "merge-input/FEDORA-EPEL-2014-4901.json"))).SelectMany(a => a.Affected).ToList();
        Assert.All(epel, a => Assert.StartsWith("Fedora EPEL:", a.Ecosystem, StringComparison.Ordinal));
    }

    /// <summary>openEuler-SA-2025-1351: the sources of vim of each release; CVE-2025-30346: no source is listed, so the binary package of that name stands for it.</summary>
    [Fact]
    public void ReadsOpenEulersCsaf()
    {
        var notice = Read("openeuler", ("advisories/2025/a.json", Sample("vuls-data-update.zip", "csaf-openeuler-sa-2025-1351.json"))).Single();
        Assert.Equal("openEuler-SA-2025-1351", notice.Id);
        Assert.Equal(["CVE-2025-29768"], notice.Upstream);
        Assert.Equal([("openEuler:22.03-LTS-SP3", "9.0-33.oe2203sp3"), ("openEuler:22.03-LTS-SP4", "9.0-33.oe2203sp4"), ("openEuler:24.03-LTS", "9.0.2092-18.oe2403"), ("openEuler:24.03-LTS-SP1", "9.0.2092-18.oe2403sp1"), ("openEuler:20.03-LTS-SP4", "9.0-33.oe2003sp4")],
            notice.Affected.Where(a => a.Name == "vim" && a.Status == AffectedStatus.Affected && a.Ranges is [{ Events.Count: 2 }]).Select(a => (a.Ecosystem, a.Ranges[0].Events[1].Version)));
        var cve = Read("openeuler", ("cve/2025/b.json", Sample("vuls-data-update.zip", "csaf-openeuler-cve-2025-30346.json"))).Single();
        Assert.Equal(("CVE-2025-30346", 0), (cve.Id, cve.Upstream.Count));
        Assert.Contains(cve.Affected, a => a is { Ecosystem: "openEuler:24.03-LTS-SP1", Name: "varnish", Ranges: [{ Events: [_, { Version: "7.4.3-2.oe2403sp1" }] }] });
        Assert.DoesNotContain(cve.Affected, a => a.Name.Contains("debug", StringComparison.Ordinal));
    }

    /// <summary>msrc_cve-2025-29795: builds of Edge's updater below 1.3.195.45; the VEX of CVE-2025-25186: ruby of Azure Linux 3 below 3.3.5-2 and, in a second range, 3.3.5-3.</summary>
    [Fact]
    public void ReadsMicrosoftsCsaf()
    {
        var edge = Read("msrc-csaf", ("advisories/2025/a.json", Sample("vuls-data-update.zip", "msrc_cve-2025-29795.json"))).Single();
        Assert.Contains(edge.Affected, a => a is { Ecosystem: "Microsoft", Name: "Microsoft Edge Update Setup", Ranges: [{ Events: [_, { Version: "1.3.195.45" }] }] });
        Assert.Contains(edge.Severities, r => r is { Source: "microsoft", Type: "word", Value: "Important" });
        var ruby = Read("msrc-csaf", ("vex/2025/b.json", Sample("vuls-data-update.zip", "msrc_cve-2025-25186.json"))).Single();
        Assert.Equal([("Azure Linux:3", "ruby", "3.3.5-2"), ("Azure Linux:3", "ruby", "3.3.5-3")], ruby.Affected.Select(a => (a.Ecosystem, a.Name, a.Ranges[0].Events[1].Version)));
    }

    /// <summary>cvrf-suse-su-2015:0011-2 (bind), and CVE documents without products.</summary>
    [Fact]
    public void ReadsSusesCvrf()
    {
        var snapshot = new MemorySnapshot("", ("cvrf1.2.tar.bz2", Sample("vuls-data-update.zip", "suse/cvrf/cvrf1.2.tar.bz2")), ("cvrf-cve.tar.bz2", Sample("vuls-data-update.zip", "suse/cvrf_cve/happy/cvrf-cve.tar.bz2")));
        var read = snapshot.ReadBy(Feed("suse-cvrf")).Cast<Advisory>().ToList();
        Assert.Empty(snapshot.Rejected);
        var notice = read.Where(a => a.Id == "SUSE-SU-2015:0011-2").ToList();
        Assert.NotEmpty(notice);
        Assert.All(notice.SelectMany(a => a.Affected), a => Assert.StartsWith("SUSE:Linux ", a.Ecosystem, StringComparison.Ordinal));
        Assert.Contains(notice.SelectMany(a => a.Affected), a => a.Name == "bind" && a.Ranges is [{ Events: [_, { Kind: RangeEventKind.Fixed }] }]);
        var cve = read.Single(a => a.Id == "CVE-2022-37452");
        Assert.Empty(cve.Upstream);
        Assert.Contains(cve.Severities, r => r is { Type: "CVSS:3.1", Value: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" });
    }

    /// <summary>A torn archive gives what is before the tear, and says so.</summary>
    [Fact]
    public void TellsOfATornArchive()
    {
        var snapshot = new MemorySnapshot("", ("cvrf-cve.tar.bz2", Sample("vuls-data-update.zip", "suse/cvrf_cve/unexpected-eof/cvrf-cve.tar.bz2")));
        _ = snapshot.ReadBy(Feed("suse-cvrf")).Count();
        Assert.NotEmpty(snapshot.Rejected);
    }

    /// <summary>Definitions of suse_truncated.xml: kernel-default of LTSS below 4.12.14-150.72.1, and python3-cryptography that is not affected.</summary>
    [Fact]
    public void ReadsSusesOval()
    {
        var read = Read("suse-oval", ("suse.linux.enterprise.server.15.xml", Sample("vunnel-claircore.zip", "sles/test-fixtures/suse_truncated.xml")));
        var states = read.SelectMany(a => a.Affected.Select(s => (a.Id, State: s))).ToList();
        Assert.DoesNotContain(states, s => s.State.Name == "krb5"); // its state says operation="6", which OVAL does not have: no order is guessed
        Assert.Contains(states, s => s is { Id: "CVE-2021-29154", State: { Ecosystem: "SUSE:Linux Enterprise Server 15-LTSS", Name: "kernel-default", Ranges: [{ Events: [_, { Kind: RangeEventKind.Fixed, Version: "0:4.12.14-150.72.1" }] }] } });
        Assert.Contains(states, s => s.State is { Name: "python3-cryptography", Status: AffectedStatus.NotAffected });
        Assert.Contains(states, s => s is { Id: "CVE-1999-0524", State: { Ecosystem: "SUSE:Linux Enterprise Module for Basesystem 15", Name: "kernel-source", Status: AffectedStatus.NotAffected } });
    }

    /// <summary>Every prefix of a document, and bits flipped by a seed: records or a rejection, never another exception.</summary>
    [Theory]
    [InlineData("debian-lists", "DSA/list", "vunnel-claircore.zip", "debian/test-fixtures/input/DSA")]
    [InlineData("fedora-bodhi", "pages/1.json", "vunnel-claircore.zip", "fedora/test-fixtures/input/FEDORA-2025-aaa1111111.json")]
    [InlineData("msrc-csaf", "a.json", "vuls-data-update.zip", "msrc_cve-2025-25186.json")]
    [InlineData("openeuler", "a.json", "vuls-data-update.zip", "csaf-openeuler-cve-2025-30346.json")]
    [InlineData("suse-oval", "a.xml", "vunnel-claircore.zip", "sles/test-fixtures/suse_truncated.xml")]
    public void SurvivesTornDocuments(string feed, string name, string archive, string sample)
    {
        var body = Sample(archive, sample);
        var random = new Random(40);
        for (var i = 0; i < 120; i++)
        {
            var torn = body[..random.Next(body.Length)];
            for (var flips = 0; flips < i % 4 && torn.Length > 0; flips++) torn[random.Next(torn.Length)] ^= (byte)(1 << random.Next(8));
            _ = new MemorySnapshot("", (name, torn)).ReadBy(Feed(feed)).Count();
        }
    }

    private static List<Advisory> Read(string feed, params (string Name, byte[] Body)[] files)
    {
        var snapshot = new MemorySnapshot("", files);
        var read = snapshot.ReadBy(Feed(feed)).Cast<Advisory>().ToList();
        Assert.Empty(snapshot.Rejected);
        return read;
    }

    private static byte[] FromTar(string sample, string name)
    {
        using var tar = new TarReader(new GZipStream(new MemoryStream(Sample("vuls-data-update.zip", sample)), CompressionMode.Decompress));
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.Name.EndsWith(name, StringComparison.Ordinal)) return Bytes(entry.DataStream!);
        }

        throw new InvalidOperationException($"{sample} has no {name}");
    }

    private static byte[] Sample(string archive, string name)
    {
        using var zip = ZipFile.OpenRead(Places.Shared($"advisories/format-fixtures/{archive}"));
        return Bytes(zip.Entries.Single(e => e.FullName.EndsWith(name, StringComparison.Ordinal)).Open());
    }

    private static byte[] Bytes(Stream stream)
    {
        using (stream)
        {
            var memory = new MemoryStream();
            stream.CopyTo(memory);
            return memory.ToArray();
        }
    }
}
