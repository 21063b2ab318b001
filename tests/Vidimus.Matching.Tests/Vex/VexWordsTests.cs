#pragma warning disable RS0030, CA5394 // A seed, so that a failure can be seen again.
using Vidimus.Ecosystems;
using Vidimus.Model;
using Vidimus.Model.Inventory;
using Vidimus.Model.Reports;
using Vidimus.Model.Vex;
using static Vidimus.Matching.Tests.MadeBook;

namespace Vidimus.Matching.Tests.Vex;

/// <summary>Which findings a VEX statement speaks of, and what becomes of them: ADR 15.</summary>
public class VexWordsTests
{
    private const string Image = "sha256:aaaa";

    private static readonly OsRelease Debian = Debian12 with { Codename = "bookworm" };
    private static readonly OsRelease RedHat = new("rhel", "9.4", null);

    private static readonly Package Zlib = Deb("zlib1g", "1:1.2.13", "zlib");
    private static readonly Package Curl = new() { Type = "rpm", Name = "curl", Version = "1:7.76.1-29.el9", Architecture = "x86_64", Source = new("curl", "1:7.76.1-29.el9"), Module = "web:rhel9:90:abc" };
    private static readonly Package Pad = Npm("pad", "1.0.0");

    [Theory]
    [InlineData("pkg:npm/pad@1.0.0", true)]
    [InlineData("pkg:npm/pad", true)] // without a version: all of them
    [InlineData("pkg:npm/pad@1.0.1", false)]
    [InlineData("pkg:npm/Pad@1.0.0", false)]
    [InlineData("pkg:npm/%40x/pad@1.0.0", false)]
    [InlineData("pkg:pypi/pad@1.0.0", false)]
    [InlineData("pkg:npm/pad@1.0.0?repository_url=https://npm.example", false)] // of which registry it came is not known, so it is not confirmed
    [InlineData("pkg:npm/pad@1.0.0?package-id=ab12", true)] // Syft's number
    [InlineData("pkg:npm/pad@1.0.0#lib", false)]
    [InlineData("pkg:oci/app@sha256:aaaa", true)] // the image it is in
    [InlineData("pkg:oci/app@sha256%3AAAAA?arch=amd64", true)]
    [InlineData("pkg:oci/app@sha256:aaaa?arch=arm64", false)]
    [InlineData("pkg:oci/app@sha256:bbbb", false)]
    [InlineData("pkg:oci/app", false)] // a name alone: this target did not come by one
    public void APurlMeansAPackageOrItsImage(string purl, bool means) => Assert.Equal(means, Hides(Pad, Debian, new VexProduct { Purl = Purl(purl) }));

    [Theory]
    [InlineData("pkg:deb/debian/zlib1g@1%3A1.2.13?arch=amd64&distro=debian-12", true)]
    [InlineData("pkg:deb/debian/zlib1g@1:1.2.13?arch=arm64", false)]
    [InlineData("pkg:deb/debian/zlib1g?distro=bookworm", true)]
    [InlineData("pkg:deb/debian/zlib1g?distro=12", true)]
    [InlineData("pkg:deb/debian/zlib1g?distro=debian-12.5", true)] // a point release is no other release
    [InlineData("pkg:deb/debian/zlib1g?distro=debian-11", false)]
    [InlineData("pkg:deb/debian/zlib1g?distro=bullseye", false)]
    [InlineData("pkg:deb/debian/zlib1g?upstream=zlib", true)]
    [InlineData("pkg:deb/ubuntu/zlib1g", false)]
    [InlineData("pkg:deb/debian/zlib", false)]
    [InlineData("pkg:deb/debian/zlib@1:1.2.13?arch=source", true)]
    [InlineData("pkg:deb/debian/zlib@1:1.2.14?arch=source&distro=bookworm", false)]
    [InlineData("pkg:deb/zlib1g", false)] // the specification asks for the vendor
    public void AnOsPackagesPurlHoldsByItsQualifiers(string purl, bool means) => Assert.Equal(means, Hides(Zlib, Debian, new VexProduct { Purl = Purl(purl) }));

    [Theory]
    [InlineData("pkg:rpm/redhat/curl@7.76.1-29.el9?arch=x86_64&epoch=1", true)]
    [InlineData("pkg:rpm/redhat/curl@7.76.1-29.el9?arch=x86_64", true)]
    [InlineData("pkg:rpm/redhat/curl@7.76.1-29.el9?epoch=0", false)]
    [InlineData("pkg:rpm/redhat/curl@1:7.76.1-29.el9", true)]
    [InlineData("pkg:rpm/redhat/curl@2:7.76.1-29.el9", false)]
    [InlineData("pkg:rpm/redhat/curl?rpmmod=web:rhel9", true)]
    [InlineData("pkg:rpm/redhat/curl?rpmmod=web:rhel8", false)]
    [InlineData("pkg:rpm/redhat/curl?arch=src", true)]
    [InlineData("pkg:rpm/redhat/curl?distro=rhel-9", true)]
    [InlineData("pkg:rpm/redhat/curl?distro=rhel-9.2", false)]
    public void AnRpmsEpochModuleAndReleaseHold(string purl, bool means) => Assert.Equal(means, Hides(Curl, RedHat, new VexProduct { Purl = Purl(purl) }));

    [Theory]
    [InlineData("cpe:/o:redhat:enterprise_linux:9", true)]
    [InlineData("cpe:/a:redhat:enterprise_linux:9::appstream", true)]
    [InlineData("cpe:2.3:o:redhat:enterprise_linux:9:*:*:*:*:*:*:*", true)]
    [InlineData("cpe:/o:redhat:enterprise_linux:8", false)]
    [InlineData("cpe:/a:redhat:openshift:4.16::el9", false)]
    [InlineData("cpe:/o:debian:debian_linux:9", false)]
    [InlineData("nonsense", false)]
    public void AComponentOfASystemHoldsInThatSystemAlone(string cpe, bool means) =>
        Assert.Equal(means, Hides(Curl, RedHat, new VexProduct { Purl = Purl("pkg:rpm/redhat/curl"), Within = new() { Cpe = cpe } }));

    [Fact]
    public void ASubcomponentHoldsInItsProductAlone()
    {
        var pad = Purl("pkg:npm/pad@1.0.0");
        Assert.True(Hides(Pad, Debian, new VexProduct { Purl = pad, Within = new() { Purl = Purl("pkg:oci/app@sha256:aaaa") } }));
        Assert.True(Hides(Pad, Debian, new VexProduct { Purl = pad, Within = new() { Digests = [Image] } }));
        Assert.False(Hides(Pad, Debian, new VexProduct { Purl = pad, Within = new() { Purl = Purl("pkg:oci/app@sha256:bbbb") } }));
        Assert.False(Hides(Pad, Debian, new VexProduct { Purl = Purl("pkg:npm/other"), Within = new() { Digests = [Image] } }));
        Assert.True(Hides(Pad, Debian, new VexProduct { Purl = pad, Within = new() { Purl = Purl("pkg:deb/debian/node-pad@2") } }, owner: "pkg:deb/debian/node-pad@2?arch=all"));
        Assert.False(Hides(Pad, Debian, new VexProduct { Purl = pad, Within = new() { Purl = Purl("pkg:deb/debian/node-pad@3") } }, owner: "pkg:deb/debian/node-pad@2?arch=all"));
    }

    [Fact]
    public void ABomLinkHoldsInThatBillOfMaterialsAlone()
    {
        var product = new VexProduct { Purl = Purl("pkg:npm/pad@1.0.0"), Bom = "urn:uuid:1" };
        Assert.False(Hides(Pad, null, product));
        Assert.True(Hides(Pad, null, product, serial: "urn:uuid:1"));
    }

    [Theory]
    [InlineData("image", "registry.example/team/app:1", "pkg:oci/app?repository_url=registry.example/team/app", true)]
    [InlineData("image", "registry.example/team/app:1", "pkg:oci/app?tag=1", true)]
    [InlineData("image", "registry.example/team/app:1", "pkg:oci/app?tag=2", false)]
    [InlineData("image", "registry.example:5000/team/app", "pkg:oci/app?repository_url=other.example/app", false)]
    [InlineData("image", "registry.example:5000/team/app@sha256:aaaa", "pkg:docker/team/app", true)]
    [InlineData("image", "registry.example/app", "pkg:oci/other", false)]
    [InlineData("oci", "app", "pkg:oci/app", false)]
    public void AnImagesNameHoldsOnlyWhereItCameByThatName(string kind, string name, string purl, bool means) =>
        Assert.Equal(means, Hides(Pad, Debian, new VexProduct { Purl = Purl(purl) }, kind: kind, name: name));

    [Fact]
    public void TheStatusesDoWhatTheySay()
    {
        string Of(VexStatus status)
        {
            var finding = Report(Pad, Debian, [Document("d", Said(status, "pkg:npm/pad"))]).Findings.Single();
            return $"{finding.Status} {finding.Hidden?.By} {finding.Hidden?.Reason}";
        }

        Assert.Equal("not-affected vex not_affected: no reason is given (d, Somebody)", Of(VexStatus.NotAffected));
        Assert.Equal("fixed vex fixed: its author says so (d, Somebody)", Of(VexStatus.Fixed));
        Assert.Equal("affected  ", Of(VexStatus.Affected));
        Assert.Equal("under-investigation  ", Of(VexStatus.UnderInvestigation));

        var report = Report(Pad, Debian, [Document("d", Said(VexStatus.NotAffected, "pkg:npm/pad") with { Justification = "component_not_present" })], all: false);
        Assert.Equal((0, 1), (report.Findings.Count, report.Summary.Hidden));
        var shown = Report(Pad, Debian, [Document("d", Said(VexStatus.NotAffected, "pkg:npm/pad") with { Justification = "component_not_present", Statement = "x" })]).Findings.Single();
        Assert.Equal("not_affected: component_not_present (d, Somebody)", shown.Hidden!.Reason);
        Assert.Equal(new ReportEvidence("vex", "d", "not_affected for pkg:npm/pad", "1.0.0"), shown.Evidence[^1]);
        Assert.Equal(2, shown.Evidence.Count);
    }

    [Fact]
    public void TheNewestWordCountsWhateverTheOrderOfFiles()
    {
        var old = Document("a", Said(VexStatus.NotAffected, "pkg:npm/pad", day: 1));
        var newer = Document("b", Said(VexStatus.Affected, "pkg:npm/pad", day: 2));
        var newest = Document("c", Said(VexStatus.Fixed, "pkg:npm/pad", day: 3));
        Assert.Equal("affected", Report(Pad, Debian, [old, newer]).Findings.Single().Status);
        Assert.Equal("affected", Report(Pad, Debian, [newer, old]).Findings.Single().Status);
        Assert.Equal("fixed", Report(Pad, Debian, [newest, newer, old]).Findings.Single().Status);
        var undated = Document("d", Said(VexStatus.NotAffected, "pkg:npm/pad") with { Time = null });
        Assert.Equal("affected", Report(Pad, Debian, [undated, newer]).Findings.Single().Status);
        var same = Document("e", Said(VexStatus.NotAffected, "pkg:npm/pad", day: 2));
        Assert.Equal("affected", Report(Pad, Debian, [same, newer]).Findings.Single().Status); // in doubt it is shown
        var exact = Document("f", Said(VexStatus.NotAffected, "pkg:npm/pad@1.0.0", day: 2));
        Assert.Equal("not-affected", Report(Pad, Debian, [exact, newer]).Findings.Single().Status); // the one that says more of the product
    }

    [Theory]
    [InlineData("GHSA-1", true)]
    [InlineData("ghsa-1", true)]
    [InlineData("CVE-2024-0001", true)]
    [InlineData("CVE-2024-0002", false)]
    public void IdsHoldByTheirAliases(string id, bool means) =>
        Assert.Equal(means, Report(Pad, Debian, [Document("d", Said(VexStatus.NotAffected, "pkg:npm/pad") with { Vulnerabilities = [id] })]).Findings.Single().Hidden is not null);

    /// <summary>Random statements over random products: with --all every finding stays, and what is hidden and shown adds up.</summary>
    [Fact]
    public void NothingIsEverLost()
    {
        var random = new Random(15);
        string[] purls = ["pkg:npm/pad", "pkg:npm/pad@1.0.0", "pkg:npm/pad@2.0.0", "pkg:npm/cup", "pkg:oci/app@sha256:aaaa", "pkg:deb/debian/zlib1g", "pkg:deb/debian/zlib?arch=source"];
        string[] ids = ["CVE-2024-0001", "GHSA-1", "CVE-2024-0003", "CVE-1999-0001"];
        using var book = Of(
            ("osv", Advisory("GHSA-1", Below("npm", "pad", "9.0.0")) with { Aliases = ["CVE-2024-0001"] }),
            ("osv", Advisory("CVE-2024-0003", Below("npm", "pad", null), Below("npm", "cup", "3.0.0"), Below("Debian:12", "zlib", "2:1"))));
        var inventory = Target(Debian, "oci", "app", null, null, Pad, Npm("pad", "2.0.0"), Npm("cup", "1.0.0"), Zlib);
        var plain = Keys(Assemble(book, inventory, [], all: true));
        Assert.True(plain.Count > 4);
        for (var i = 0; i < 500; i++)
        {
            var documents = Enumerable.Range(0, random.Next(1, 4)).Select(n => Document($"d{n}", [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ =>
                Said((VexStatus)random.Next(4), purls[random.Next(purls.Length)], random.Next(1, 4)) with { Vulnerabilities = [ids[random.Next(ids.Length)]] })])).ToList();
            var everything = Assemble(book, inventory, documents, all: true);
            var shown = Assemble(book, inventory, documents, all: false);
            Assert.Equal(plain, Keys(everything));
            Assert.Equal(everything.Findings.Where(f => f.Hidden is null).Select(f => f.Key), shown.Findings.Select(f => f.Key));
            Assert.Equal(plain.Count - shown.Findings.Count, shown.Summary.Hidden);

            documents.Reverse();
            Assert.Equal(everything.Findings.Select(f => (f.Key, f.Status, f.Hidden?.By)), Assemble(book, inventory, documents, all: true).Findings.Select(f => (f.Key, f.Status, f.Hidden?.By)));
        }
    }

    private static List<string> Keys(ScanReport report) => [.. report.Findings.Select(f => f.Key)];

    private static bool Hides(Package package, OsRelease? os, VexProduct product, string? owner = null, string? serial = null, string kind = "oci", string name = "app") =>
        Report(package, os, [Document("d", Said(VexStatus.NotAffected, "pkg:x/y") with { Products = [product] })], true, kind, name, owner, serial).Findings.Single().Decision is not null;

    private static ScanReport Report(Package package, OsRelease? os, IReadOnlyList<VexDocument> documents, bool all = true, string kind = "oci", string name = "app", string? owner = null, string? serial = null)
    {
        using var book = Of(
            ("osv", Advisory("GHSA-1", Below("npm", "pad", "9.0.0")) with { Aliases = ["CVE-2024-0001"] }),
            ("osv", Advisory("CVE-2024-0001", Below("Debian:12", "zlib", "2:1"), Below("Red Hat:enterprise_linux:9::appstream", "curl", "9:1"), Below("Red Hat:enterprise_linux:9::baseos", "curl", "9:1"))));
        return Assemble(book, Target(os, kind, name, owner, serial, package), documents, all);
    }

    private static ScanReport Assemble(Advisories.Book book, Inventory inventory, IReadOnlyList<VexDocument> documents, bool all) =>
        ReportAssembly.Assemble(inventory, book, EcosystemList.Keys, new() { Tool = new("vidimus", "0"), Today = new(2024, 1, 1), All = all, Vex = documents });

    private static Inventory Target(OsRelease? os, string kind, string name, string? owner, string? serial, params Package[] packages) => new()
    {
        Target = new(kind, name, Image, "amd64", []) { Serial = serial },
        Os = os,
        Packages = [.. packages.Select((p, i) => new InventoryPackage($"id-{i}", Purls.Of(p, os).ToString(), p, [new($"path/{p.Name}", null, null)], owner))],
        Notes = [],
    };

    private static VexDocument Document(string id, params IReadOnlyList<VexStatement> statements) => new(id, "Somebody", statements, []);

    private static VexStatement Said(VexStatus status, string purl, int day = 1) => new()
    {
        Vulnerabilities = ["CVE-2024-0001"],
        Status = status,
        Time = new(2026, 1, day, 0, 0, 0, TimeSpan.Zero),
        Products = [new() { Purl = Purl(purl) }],
    };

    private static PackageUrl Purl(string text) => PackageUrl.TryParse(text, out var purl) ? purl : throw new ArgumentException(text);
}
