using System.IO.Compression;
using System.Text.Json;
using Vidimus.Model.Inventory;
using Vidimus.Model.Matching;
using Vidimus.Testing;
using Os = Vidimus.Model.Inventory.OsRelease;

namespace Vidimus.Ecosystems.Tests.Distributions;

public class DistributionTests
{
    /// <summary>The keys of real systems. VERSION_ID and PRETTY_NAME as these systems write them; the ecosystems as the feeds spell them (checked against the data below).</summary>
    [Theory]
    [InlineData("debian", "12", "Debian GNU/Linux 12 (bookworm)", "bookworm", "Debian:12")]
    [InlineData("debian", "9.13", "Debian GNU/Linux 9.13", null, "Debian:9")]
    [InlineData("debian", null, "Debian GNU/Linux forky/sid", "forky", "Debian:14")]
    [InlineData("ubuntu", "22.04", "Ubuntu 22.04.4 LTS", "jammy", "Ubuntu:22.04:LTS")]
    [InlineData("ubuntu", "25.10", "Ubuntu 25.10", "questing", "Ubuntu:25.10")]
    [InlineData("ubuntu", "25.04", "Ubuntu 25.04", "plucky", "Ubuntu:25.04")]
    [InlineData("alpine", "3.19.1", "Alpine Linux v3.19", null, "Alpine:v3.19")]
    [InlineData("alpine", "3.24.0_alpha20260127", "Alpine Linux edge", null, "Alpine:edge")]
    [InlineData("alpaquita", "stream", "BellSoft Alpaquita Linux Stream (musl)", null, "Alpaquita:stream")]
    [InlineData("bellsoft-hardened-containers", "25", "BellSoft Hardened Containers 25 (musl)", null, "BellSoft Hardened Containers:25")]
    [InlineData("almalinux", "9.4", "AlmaLinux 9.4 (Seafoam Ocelot)", null, "AlmaLinux:9")]
    [InlineData("rocky", "8.10", "Rocky Linux 8.10 (Green Obsidian)", null, "Rocky Linux:8")]
    [InlineData("rhel", "9.2", "Red Hat Enterprise Linux 9.2 (Plow)", null, "Red Hat:rhel_eus:9.2::appstream")]
    [InlineData("rhel", "7.9", "Red Hat Enterprise Linux Server 7.9 (Maipo)", null, "Red Hat:enterprise_linux:7::client")]
    [InlineData("rhel", "8.10", "Red Hat Enterprise Linux 8.10 (Ootpa)", null, "Red Hat:enterprise_linux:8::baseos")]
    [InlineData("sles", "12.1", "SUSE Linux Enterprise Server 12 SP1", null, "SUSE:Linux Enterprise Server 12 SP1")]
    [InlineData("sles", "12", "SUSE Linux Enterprise Server 12", null, "SUSE:Linux Enterprise Server 12")]
    [InlineData("sled", "12.1", "SUSE Linux Enterprise Desktop 12 SP1", null, "SUSE:Linux Enterprise Desktop 12 SP1")]
    [InlineData("sles", "12.1", "SUSE Linux Enterprise Server for SAP Applications 12 SP1", null, "SUSE:Linux Enterprise Server for SAP Applications 12 SP1")]
    [InlineData("sles", "15.4", "SUSE Linux Enterprise Server 15 SP4", null, "SUSE:Linux Enterprise Module for Basesystem 15 SP4")]
    [InlineData("opensuse-leap", "15.5", "openSUSE Leap 15.5", null, "openSUSE:Leap 15.5")]
    [InlineData("opensuse-tumbleweed", "20240101", "openSUSE Tumbleweed", null, "openSUSE:Tumbleweed")]
    [InlineData("mageia", "9", "Mageia 9", null, "Mageia:9")]
    [InlineData("openeuler", "22.03", "openEuler 22.03 (LTS-SP3)", null, "openEuler:22.03-LTS-SP3")]
    [InlineData("rhel", "9.2", "Red Hat Enterprise Linux 9.2 (Plow)", null, "Red Hat:rhel_e4s:9.2::baseos")]
    [InlineData("rhel", "9.2", "Red Hat Enterprise Linux 9.2 (Plow)", null, "Red Hat:enterprise_linux:9")]
    [InlineData("centos", "7", "CentOS Linux 7 (Core)", null, "Red Hat:enterprise_linux:7::server")]
    [InlineData("fedora", "43", "Fedora Linux 43 (Container Image)", null, "Fedora:43")]
    [InlineData("ol", "9.4", "Oracle Linux Server 9.4", null, "Oracle Linux:9")]
    [InlineData("amzn", "2", "Amazon Linux 2", null, "Amazon Linux:2")]
    [InlineData("amzn", "2023", "Amazon Linux 2023.6.20241010", null, "Amazon Linux:2023")]
    [InlineData("amzn", "2018.03", "Amazon Linux AMI 2018.03", null, "Amazon Linux:1")]
    [InlineData("azurelinux", "3.0", "Microsoft Azure Linux 3.0", null, "Azure Linux:3")]
    [InlineData("mariner", "2.0", "CBL-Mariner/Linux", null, "Azure Linux:2")]
    [InlineData("photon", "5.0", "VMware Photon OS/Linux", null, "Photon OS:5.0")]
    [InlineData("wolfi", "20230201", "Wolfi", null, "Wolfi")]
    [InlineData("chainguard", "20230214", "Chainguard", null, "Chainguard")]
    [InlineData("arch", null, "Arch Linux", null, "Arch Linux")]
    [InlineData("gentoo", "2.15", "Gentoo Linux", null, "Gentoo")]
    public void KeysARelease(string id, string? version, string name, string? codename, string ecosystem)
    {
        var os = new Os(id, version, name) { Codename = codename };
        var keys = EcosystemList.Keys.Distribution(os)!.AdvisoryEcosystems(os);
        Assert.Contains(ecosystem, keys);
        Assert.Equal(keys.Distinct(), keys);
    }

    /// <summary>A build of an archive beside the release's own is judged by that archive's records first.</summary>
    [Theory]
    [InlineData("ubuntu", "16.04", "deb", "curl", "7.47.0-1ubuntu2.19+esm12", "Ubuntu:Pro:16.04:LTS", "Ubuntu:16.04:LTS")]
    [InlineData("ubuntu", "16.04", "deb", "curl", "7.47.0-1ubuntu2.19", "Ubuntu:16.04:LTS", "Ubuntu")]
    [InlineData("ubuntu", "20.04", "deb", "openssl", "1.1.1f-1ubuntu2.fips.22", "Ubuntu:Pro:FIPS-updates:20.04:LTS", "Ubuntu:Pro:FIPS:20.04:LTS")]
    [InlineData("ubuntu", "22.04", "deb", "linux-realtime", "5.15.0-1032.35", "Ubuntu:Pro:22.04:LTS:Realtime:Kernel", "Ubuntu:Pro:22.04:LTS")]
    [InlineData("ol", "8.9", "rpm", "openssl-libs", "2:1.1.1g-15.ksplice1.el8_3", "Oracle Linux:8:ksplice", "Oracle Linux:8")]
    [InlineData("ol", "8.9", "rpm", "openssl-libs", "1:1.1.1k-9.el8_7", "Oracle Linux:8", "Oracle Linux")]
    public void KeysAnArchiveBesideTheRelease(string id, string version, string type, string name, string packageVersion, string first, string second)
    {
        var keys = EcosystemList.Keys.Of(new Package { Type = type, Name = name, Version = packageVersion }, new Os(id, version, null));
        Assert.Equal([first, second], keys.Take(2).Select(k => k.Key.Ecosystem));
    }

    [Theory]
    [InlineData("centos", "9", null)] // Stream 9 runs ahead of Red Hat's releases
    [InlineData("debian", null, "sid")]
    [InlineData("ubuntu", null, null)]
    [InlineData("alpine", "3", null)]
    [InlineData("rhel", null, null)]
    public void KeysNothingWhereTheReleaseIsUnknown(string id, string? version, string? codename)
    {
        var os = new Os(id, version, null) { Codename = codename };
        Assert.Empty(EcosystemList.Keys.Distribution(os)!.AdvisoryEcosystems(os));
    }

    /// <summary>Every ecosystem of an operating system in the data is the key of some release, or is known to need what a scan of a plain system can't tell.</summary>
    [Fact]
    public void ReachesEveryEcosystemOfTheData()
    {
        var folder = Places.Shared("advisories/osv");
        var reached = Releases().SelectMany(os => EcosystemList.Keys.Distribution(os)!.AdvisoryEcosystems(os)).ToHashSet(StringComparer.Ordinal);
        var seen = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var family in new[] { "AlmaLinux", "Alpaquita", "Alpine", "Debian", "Mageia", "Red Hat", "Rocky Linux", "SUSE", "Ubuntu", "openEuler" })
        {
            using var zip = ZipFile.OpenRead(Path.Combine(folder, family, "all.zip"));
            foreach (var entry in zip.Entries.Where(e => e.Name.EndsWith(".json", StringComparison.Ordinal)))
            {
                using var stream = entry.Open();
                using var json = JsonDocument.Parse(stream);
                if (!json.RootElement.TryGetProperty("affected", out var affected)) continue;
                foreach (var one in affected.EnumerateArray())
                {
                    if (one.TryGetProperty("package", out var package)) seen.Add(package.GetProperty("ecosystem").GetString()!);
                }
            }
        }

        Assert.NotEmpty(seen);
        Assert.All(seen, ecosystem => Assert.NotNull(EcosystemList.Keys.OfAdvisory(ecosystem)));

        // Ubuntu Pro and the BlueField flavour need more than a release; SUSE's kit, extension and hub are add-ons; Debian:6.0 is one record's spelling of 6.
        var left = seen.Where(e => !reached.Contains(e) && !e.StartsWith("Ubuntu:Pro:", StringComparison.Ordinal)
            && e is not ("Ubuntu:22.04:LTS:for:NVIDIA:BlueField" or "Debian:6.0")
            && !e.Contains("Software Development Kit", StringComparison.Ordinal) && !e.Contains("Workstation Extension", StringComparison.Ordinal) && !e.Contains("Package Hub", StringComparison.Ordinal));
        Assert.Empty(left);
    }

    private static IEnumerable<Os> Releases()
    {
        for (var n = 5; n <= 15; n++) yield return new("debian", $"{n}", "");
        for (var year = 12; year <= 26; year++)
        {
            yield return new("ubuntu", $"{year}.04", "");
            yield return new("ubuntu", $"{year}.10", "");
        }

        for (var n = 2; n <= 24; n++) yield return new("alpine", $"3.{n}.0", "");
        foreach (var line in new[] { "stream", "23", "25" })
        {
            yield return new("alpaquita", line, "");
            yield return new("bellsoft-hardened-containers", line, "");
        }

        foreach (var id in new[] { "almalinux", "rocky", "rhel" })
        {
            foreach (var version in new[] { "8.6", "9.2", "10.0" }) yield return new(id, version, "");
        }

        foreach (var product in new[] { "Desktop", "Server", "Server for SAP Applications" })
        {
            yield return new("sles", "12", $"SUSE Linux Enterprise {product} 12");
            yield return new("sles", "12.1", $"SUSE Linux Enterprise {product} 12 SP1");
        }

        yield return new("mageia", "9", "Mageia 9");
        yield return new("openeuler", "22.03", "openEuler 22.03 (LTS-SP3)");
    }

    /// <summary>The end-of-life feed of the shared data knows each product, and each cycle where it lists cycles at all.</summary>
    [Fact]
    public void NamesProductsAndCyclesOfTheEndOfLifeFeed()
    {
        using var zip = ZipFile.OpenRead(Places.Shared("advisories/eol/release-data.zip"));
        foreach (var os in new Os[] { new("debian", "12", ""), new("ubuntu", "22.04", ""), new("alpine", "3.19.1", ""), new("almalinux", "9.4", ""), new("rocky", "9.3", ""), new("rhel", "9.2", ""), new("sles", "15.4", ""), new("sles", "15", ""), new("sl-micro", "6.0", ""), new("mageia", "9", "") })
        {
            var distribution = EcosystemList.Keys.Distribution(os)!;
            using var stream = zip.GetEntry($"releases/{distribution.EndOfLifeProduct}.json")!.Open();
            using var json = JsonDocument.Parse(stream);
            var cycles = json.RootElement.GetProperty("releases");
            if (cycles.EnumerateObject().Any()) Assert.True(cycles.TryGetProperty(distribution.EndOfLifeCycle(os)!, out _), $"{os}");
        }
    }

    [Theory]
    [InlineData("debian", "Debian OpenSSL Team <pkg-openssl-devel@alioth-lists.debian.net>", true)]
    [InlineData("debian", "Debian NVIDIA Maintainers <pkg-nvidia-devel@lists.alioth.debian.org>", true)]
    [InlineData("debian", "Docker <support@docker.com>", false)]
    [InlineData("ubuntu", "NVIDIA CORPORATION <cudatools@nvidia.com>", false)]
    [InlineData("debian", null, true)]
    [InlineData("rhel", "Red Hat, Inc.", true)]
    [InlineData("rhel", "Fedora Project", false)]
    [InlineData("rhel", "", false)]
    [InlineData("rocky", "Rocky Enterprise Software Foundation", true)]
    [InlineData("almalinux", "AlmaLinux", true)]
    [InlineData("sles", "SUSE LLC <https://www.suse.com/>", true)]
    [InlineData("opensuse-leap", "openSUSE", true)]
    [InlineData("openeuler", "http://openeuler.org", true)]
    [InlineData("mageia", "Mageia.Org", true)]
    public void TellsItsOwnPackagesFromOthers(string id, string? vendor, bool own)
    {
        var distribution = EcosystemList.Keys.Distribution(new(id, null, null))!;
        Assert.Equal(own, distribution.IsOwn(new() { Type = distribution.PackageType, Name = "a", Version = "1", Vendor = vendor }));
    }

    [Theory]
    [InlineData("debian", "linux-libc-dev", "linux", true)]
    [InlineData("debian", "linux-headers-6.1.0-18-common", "linux", true)]
    [InlineData("debian", "linux-image-6.1.0-18-amd64", "linux-signed-amd64", false)]
    [InlineData("debian", "linux-headers-mine", "other", false)]
    [InlineData("ubuntu", "linux-aws-headers-6.8.0-1021", "linux-aws", true)]
    [InlineData("ubuntu", "linux-modules-6.8.0-1021-aws", "linux-aws", false)]
    [InlineData("almalinux", "kernel-headers", null, true)]
    [InlineData("almalinux", "kernel-debug-devel", null, true)]
    [InlineData("almalinux", "kernel-core", null, false)]
    [InlineData("almalinux", "kernel-tools-libs-devel", null, false)]
    [InlineData("almalinux", "kernel", null, false)]
    public void KnowsKernelHeaders(string id, string name, string? source, bool headers)
    {
        var distribution = EcosystemList.Keys.Distribution(new(id, null, null))!;
        Assert.Equal(headers, distribution.IsKernelHeaders(new() { Type = distribution.PackageType, Name = name, Version = "1", Source = source is null ? null : new(source, "1") }));
    }

    [Fact]
    public void RegistersEachIdOnce() => Assert.Equal(EcosystemList.Distributions.SelectMany(d => d.Ids).Distinct(), EcosystemList.Distributions.SelectMany(d => d.Ids));

    [Fact]
    public void LooksUpTheSourceOfADebianPackage()
    {
        var package = new Package { Type = "deb", Name = "libssl3", Version = "3.0.11-1+b1", Source = new("openssl", "3.0.11-1") };
        Assert.Equal(new Candidate(new("Debian:12", "openssl"), "3.0.11-1", "deb"), EcosystemList.Keys.Of(package, new("debian", "12", null))[0]);
        Assert.Empty(EcosystemList.Keys.Of(package with { Vendor = "Docker <support@docker.com>" }, new("debian", "12", null)));
    }
}
