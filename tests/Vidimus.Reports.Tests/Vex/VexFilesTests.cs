using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Vidimus.Model.Vex;
using Vidimus.Sbom.Vex;
using Vidimus.Testing;

namespace Vidimus.Reports.Tests.Vex;

/// <summary>VEX documents of the three formats: what was written by hand, and what Canonical, Red Hat, Microsoft and openEuler publish.</summary>
public class VexFilesTests
{
    [Fact]
    public void TheSamplesAreWhatTheFormatsProjectsTake()
    {
        JsonJudges.OpenVex(VexSamples.OpenVex);
        JsonJudges.CycloneDx("1.5", VexSamples.CycloneDx);
        JsonJudges.Csaf(VexSamples.Csaf);
    }

    [Fact]
    public void ReadsOpenVex()
    {
        var document = Read(VexSamples.OpenVex);
        Assert.Equal(("https://vex.example/1", "Example Security"), (document.Id, document.Author));
        var first = document.Statements[0];
        Assert.Equal(["CVE-2024-0001", "GHSA-aaaa-bbbb-cccc"], first.Vulnerabilities);
        Assert.Equal((VexStatus.NotAffected, "component_not_present", "It is left out of our build."), (first.Status, first.Justification, first.Statement));
        Assert.Equal(["pkg:npm/pad@1.0.0", "pkg:deb/debian/zlib1g in pkg:oci/app@sha256:aaaa", "sha256:abcd"], first.Products.Select(Show));
        Assert.Equal([VexStatus.NotAffected, VexStatus.Affected, VexStatus.UnderInvestigation, VexStatus.Fixed], document.Statements.Select(s => s.Status));
        Assert.Equal("Update it.", document.Statements[1].Action);
        Assert.Equal([2, 1], document.Statements.Take(2).Select(s => s.Time!.Value.Month)); // the statement's own, else the document's
        Assert.Contains("1 products", Assert.Single(document.Notes).Message);
        Assert.False(document.Notes[0].Partial);
    }

    /// <summary>The format before 0.2.0: texts for the vulnerability and the products, subcomponents beside them.</summary>
    [Fact]
    public void ReadsOpenVexOfItsFirstVersions()
    {
        var document = Read("""{"@context":"https://openvex.dev/ns","@id":"x","author":"a","timestamp":"2023-01-08T18:02:03Z","statements":[{"vulnerability":"CVE-2023-12345","products":["pkg:oci/app@sha256:aaaa"],"subcomponents":["pkg:npm/pad@1"],"status":"fixed"}]}""");
        Assert.Equal("pkg:npm/pad@1 in pkg:oci/app@sha256:aaaa", Show(document.Statements.Single().Products.Single()));
    }

    [Fact]
    public void ReadsCsaf()
    {
        var document = Read(VexSamples.Csaf);
        Assert.Equal(("EX-1", "Example Security"), (document.Id, document.Author));
        var denied = document.Statements.Where(s => s.Status is VexStatus.NotAffected && s.Products.Count > 0).ToList();
        Assert.Equal(["pkg:rpm/redhat/curl?arch=x86_64 in cpe:/o:redhat:enterprise_linux:9: vulnerable_code_not_present, It is not built.", "pkg:npm/pad@1.0.0: , It is not built."],
            denied.Select(s => $"{Show(s.Products.Single())}: {s.Justification}, {s.Statement}"));
        Assert.All(denied, s => Assert.Equal(["CVE-2024-0001", "GHSA-aaaa-bbbb-cccc"], s.Vulnerabilities));
        Assert.Equal("Wait for an update.", document.Statements.Single(s => s.Status is VexStatus.Affected).Action);
        Assert.Equal("pkg:npm/pad@1.0.0", Show(document.Statements.Single(s => s.Status is VexStatus.Fixed).Products.Single()));
        Assert.StartsWith("the VEX document v.json: 2 products", Assert.Single(document.Notes).Message);
    }

    [Fact]
    public void ReadsCycloneDx()
    {
        var document = Read(VexSamples.CycloneDx);
        Assert.Equal(("urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79", "Example Security"), (document.Id, document.Author));
        var said = document.Statements.Select(s => $"{s.Vulnerabilities[0]} {VexStatuses.Name(s.Status)} {string.Join(", ", s.Products.Select(Show))}").ToList();
        Assert.Equal(
            [
                "CVE-2024-0001 not_affected pkg:npm/pad@1.0.0, pkg:npm/inner@2.0.0",
                "CVE-2024-0002 affected pkg:npm/pad@1.0.0 [1.0.0]",
                "CVE-2024-0002 not_affected pkg:npm/pad@1.0.0 [1.1.0]",
                "CVE-2024-0003 under_investigation pkg:npm/pad@1.0.0 of urn:uuid:11111111-395b-41f5-a30f-a58921a69b79",
                "CVE-2024-0004 fixed pkg:oci/app@sha256:aaaa",
            ],
            said);
        Assert.Equal(("code_not_reachable", "It is never called.", 3), (document.Statements[0].Justification, document.Statements[0].Statement, document.Statements[0].Time!.Value.Month));
        Assert.Contains("version ranges", Assert.Single(document.Notes).Message);
    }

    /// <summary>The expected counts are the document's own, read here without our reader.</summary>
    [Theory]
    [InlineData("vunnel-claircore.zip", "anchore_vunnel/tests/unit/providers/ubuntu/test-fixtures/vex/cve/2023/CVE-2023-38545.json")]
    [InlineData("vunnel-claircore.zip", "anchore_vunnel/tests/unit/providers/ubuntu/test-fixtures/vex/cve/2016/CVE-2016-20013.json")]
    public void ReadsCanonicalsOpenVexWithoutALoss(string zip, string entry)
    {
        var text = Entry(zip, entry);
        var document = Read(text);
        var statements = JsonNode.Parse(text)!["statements"]!.AsArray();
        Assert.Empty(document.Notes);
        Assert.Equal("Canonical Ltd.", document.Author);
        Assert.Equal(statements.Select(s => $"{s!["vulnerability"]!["name"]} {s["status"]} {s["products"]!.AsArray().Count}"), document.Statements.Select(s => $"{s.Vulnerabilities[0]} {VexStatuses.Name(s.Status)} {s.Products.Count}"));
        Assert.All(document.Statements.SelectMany(s => s.Products), p => Assert.Equal(("deb", "ubuntu"), (p.Purl!.Type, p.Purl.Namespace)));
    }

    /// <summary>Each product of each status is one product here or counted in a note.</summary>
    [Theory]
    [InlineData("vuls-data-update.zip", "redhat/vex/v1/2023/cve-2023-6212.json", true)]
    [InlineData("vunnel-claircore.zip", "quay_claircore/rhel/vex/testdata/cve-2023-38545.json", true)]
    [InlineData("vunnel-claircore.zip", "quay_claircore/rhel/vex/testdata/cve-2024-24786-simple.json", true)]
    [InlineData("vuls-data-update.zip", "openeuler/csaf/happy/cve/2025/csaf-openeuler-cve-2025-30346.json", false)]
    [InlineData("vuls-data-update.zip", "microsoft/vex/happy/2025/msrc_cve-2025-25186.json", false)]
    [InlineData("vuls-data-update.zip", "microsoft/vex/happy/2025/msrc_cve-2025-26465.json", false)]
    public void ReadsVendorsCsafWithoutALoss(string zip, string entry, bool compared)
    {
        var text = Entry(zip, entry);
        var document = Read(text);
        string[] lists = ["known_not_affected", "fixed", "first_fixed", "known_affected", "first_affected", "last_affected", "under_investigation"];
        var expected = JsonNode.Parse(text)!["vulnerabilities"]!.AsArray().Sum(v => lists.Sum(l => v!["product_status"]?[l]?.AsArray().Select(p => (string)p!).Distinct().Count() ?? 0));
        var noted = document.Notes.Sum(n => int.Parse(n.Message.Split(": ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture));
        Assert.True(expected > 0);
        Assert.Equal(expected, document.Statements.Sum(s => s.Products.Count) + noted);
        Assert.Equal(compared, document.Statements.Any(s => s.Products.Count > 0));
        Assert.All(document.Statements, s => Assert.StartsWith("CVE-", s.Vulnerabilities[0]));
    }

    [Theory]
    [InlineData("{}", "no VEX document")]
    [InlineData("[1]", "no VEX document")]
    [InlineData("", "no JSON")]
    [InlineData("{\"@context\":\"https://openvex.dev/ns/v0.2.0\"}", "statements")]
    [InlineData("{\"document\":{\"csaf_version\":\"2.1\"}}", "2.1")]
    [InlineData("{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.3\"}", "1.3")]
    public void RefusesWhatItIsNotWithOneSentence(string text, string says) => Assert.Contains(says, Assert.Throws<InvalidDataException>(() => Read(text)).Message);

    [Fact]
    public void DeepNestingIsRefused() => Assert.Throws<InvalidDataException>(() => Read(string.Concat(Enumerable.Repeat("{\"branches\":[", 65_535))));

    [Fact]
    public void DamagedDocumentsAreReadOrRefusedButNeverMore()
    {
        foreach (var text in new[] { VexSamples.OpenVex, VexSamples.Csaf, VexSamples.CycloneDx })
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            var torn = Enumerable.Range(0, bytes.Length / 7).Select(i => bytes[..(i * 7)]);
            foreach (var damaged in torn.Concat(Mutations.Of(bytes, seed: 15, count: 2000)))
            {
                try
                {
                    VexFiles.Read(new MemoryStream(damaged), "v.json");
                }
                catch (InvalidDataException e)
                {
                    Assert.NotEmpty(e.Message);
                }
            }
        }
    }

    /// <summary>Members of every other type in the place of each value: nothing is taken for granted.</summary>
    [Fact]
    public void ValuesOfTheWrongTypeAreNotTaken()
    {
        foreach (var text in new[] { VexSamples.OpenVex, VexSamples.Csaf, VexSamples.CycloneDx })
        {
            var count = Nodes(JsonNode.Parse(text)!).Count();
            for (var i = 1; i < count; i++)
            {
                foreach (var value in new[] { "null", "1", "\"x\"", "\"LONE\"", "[]", "{}", "[[1]]", "true" })
                {
                    var changed = JsonNode.Parse(text)!;
                    Nodes(changed).ElementAt(i).ReplaceWith(JsonNode.Parse(value));
                    try
                    {
                        Read(changed.ToJsonString().Replace("LONE", "\\ud800", StringComparison.Ordinal));
                    }
                    catch (InvalidDataException e)
                    {
                        Assert.NotEmpty(e.Message);
                    }
                }
            }
        }
    }

    private static IEnumerable<JsonNode> Nodes(JsonNode node) => node switch
    {
        JsonObject o => o.Where(m => m.Value is not null).SelectMany(m => Nodes(m.Value!)).Prepend(node),
        JsonArray a => a.Where(i => i is not null).SelectMany(i => Nodes(i!)).Prepend(node),
        _ => [node],
    };

    private static string Show(VexProduct product) =>
        (product.Purl?.ToString() ?? (product.Digests is [var digest, ..] ? digest : null) ?? product.Cpe ?? "?") + (product.Versions is { } versions ? $" [{string.Join(' ', versions)}]" : "") + (product.Bom is { } bom ? $" of {bom}" : "") + (product.Within is { } whole ? $" in {Show(whole)}" : "");

    private static VexDocument Read(string text) => VexFiles.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "v.json");

    private static string Entry(string zip, string name)
    {
        using var archive = ZipFile.OpenRead(Places.Shared($"advisories/format-fixtures/{zip}"));
        using var reader = new StreamReader((archive.GetEntry(name) ?? throw new InvalidOperationException($"{zip} has no {name}")).Open());
        return reader.ReadToEnd();
    }
}
