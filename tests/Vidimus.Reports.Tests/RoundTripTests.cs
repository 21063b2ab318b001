using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vidimus.Model.Inventory;
using Vidimus.Model.Reports;
using Vidimus.Sbom;
using Vidimus.Sbom.CycloneDx;
using Vidimus.Sbom.Spdx;
using Vidimus.Testing;

namespace Vidimus.Reports.Tests;

public sealed class RoundTripTests
{
    private static readonly string[] Types = ["deb", "rpm", "apk", "npm", "pypi", "maven", "golang", "composer", "gem", "cargo", "nuget"];

    [Theory]
    [InlineData("1.4")]
    [InlineData("1.5")]
    [InlineData("1.6")]
    [InlineData("SPDX")]
    public void WhatIsWrittenIsReadAgain(string format)
    {
        var documents = new List<string>();
        for (var seed = 0; seed < 40; seed++)
        {
            var inventory = Make(new Random(seed), packages: 50);
            var text = Write(inventory, format);
            documents.Add(text);
            var read = SbomReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), inventory.Target.Name);
            Assert.Equal(Rows(inventory.Packages), Rows(read.Packages));
            Assert.Equal(JsonSerializer.Serialize(inventory.Os), JsonSerializer.Serialize(read.Os));
            Assert.Equal(inventory.Target.Layers, read.Target.Layers);
            Assert.Equal((inventory.Target.Digest, inventory.Target.Architecture), (read.Target.Digest, read.Target.Architecture));
            Assert.Equal(inventory.Notes, read.Notes);
        }

        if (format is "SPDX") JsonJudges.Spdx(documents);
        else JsonJudges.CycloneDx(format, documents);
    }

    /// <summary>What a document states that has no place in ours is not invented; what it has is the same in each format.</summary>
    [Fact]
    public void OneFormatBecomesAnother()
    {
        var inventory = Make(new Random(3), packages: 50);
        var there = SbomReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(Write(inventory, "1.4"))), inventory.Target.Name);
        var back = SbomReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(Write(there, "SPDX"))), inventory.Target.Name);
        Assert.Equal(Rows(inventory.Packages), Rows(back.Packages));
        Assert.Equal(inventory.Notes, back.Notes);
    }

    [Fact]
    public void TheSerialNumberFollowsFromTheContent()
    {
        var inventory = Make(new Random(1), 5);
        Assert.Equal(Write(inventory), Write(inventory));
        Assert.NotEqual(Serial(Write(inventory)), Serial(Write(inventory with { Packages = [.. inventory.Packages.Skip(1)] })));
        Assert.DoesNotContain("\"timestamp\"", Write(inventory));
    }

    [Fact]
    public void ATimeIsWrittenWhenGiven()
    {
        using var output = new MemoryStream();
        CycloneDxWriter.Write(Make(new Random(1), 5), new("vidimus", "0.1.0"), output, new DateTimeOffset(2026, 11, 24, 8, 0, 0, TimeSpan.FromHours(2)));
        var text = Encoding.UTF8.GetString(output.ToArray());
        Assert.Contains("\"timestamp\": \"2026-11-24T06:00:00Z\"", text);
        JsonJudges.CycloneDx("1.5", text);
    }

    /// <summary>Bytes that are no UTF-8, control signs and ids that occur twice still make a valid document.</summary>
    [Fact]
    public void WhatIsHostileIsStillValid()
    {
        var package = new Package { Type = "npm", Name = "a\u0000b\u202E", Version = "\uDC80", Licenses = ["", "MIT AND (", "\u001b[31m"], Vendor = "\uD800" };
        var one = new InventoryPackage("id", "pkg:npm/a", package, [new("x/\uDCFF", "l", "e!/f")], "\u0007");
        one = one with { Hashes = [new("SHA-256", "zz"), new("X", "")], DependsOn = ["id", "other", "\uD800"] };
        foreach (var format in new[] { "1.4", "1.5", "1.6", "SPDX" })
        {
            var text = Write(new() { Target = new("dir", "\u001b]0;x\u0007", null, null, []), Packages = [one, one, one with { Id = "" }], Notes = [new("malformed", "\uDCFF", "a\tb\n\\n")] }, format);
            Assert.DoesNotContain(text, c => (char.IsControl(c) && c != '\n') || c is '\u202E');
            if (format is "SPDX") JsonJudges.Spdx(text);
            else JsonJudges.CycloneDx(format, text);
        }
    }

    /// <summary>What is measured is printed (7 ms on an idle core); the bound only tells a quadratic from a linear reader, since tests share their machine.</summary>
    [Fact]
    public void AThousandPackagesTakeMilliseconds()
    {
        var bytes = Encoding.UTF8.GetBytes(Write(Make(new Random(2), 1000)));
        var best = Enumerable.Range(0, 20).Min(_ =>
        {
            var watch = Stopwatch.StartNew();
            Assert.Equal(1000, CycloneDxReader.Read(new MemoryStream(bytes), "x").Packages.Count);
            return watch.Elapsed.TotalMilliseconds;
        });
        TestContext.Current.TestOutputHelper?.WriteLine($"{bytes.Length} bytes, 1000 packages: {best:0.0} ms");
        Assert.InRange(best, 0, 2000);
    }

    private static IEnumerable<string> Rows(IReadOnlyList<InventoryPackage> packages) =>
        packages.OrderBy(p => p.Purl, StringComparer.Ordinal).ThenBy(p => p.Id, StringComparer.Ordinal)
            .Select(p => $"{p.Id} {p.Purl} {JsonSerializer.Serialize(p.Package)} {JsonSerializer.Serialize(p.Locations)} {p.Owner} {JsonSerializer.Serialize(p.Hashes)} {string.Join(' ', p.DependsOn)}");

    private static string Write(Inventory inventory, string format = "1.5")
    {
        using var output = new MemoryStream();
        var tool = new ReportTool("vidimus", "0.1.0");
        if (format is "SPDX") SpdxWriter.Write(inventory, tool, output);
        else CycloneDxWriter.Write(inventory, tool, output, version: format switch { "1.4" => CycloneDxVersion.V14, "1.5" => CycloneDxVersion.V15, _ => CycloneDxVersion.V16 });
        return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(output.ToArray());
    }

    private static string Serial(string text) => text[text.IndexOf("urn:uuid:", StringComparison.Ordinal)..][..45];

    private static Inventory Make(Random random, int packages)
    {
        var os = random.Next(4) == 0 ? null : new OsRelease(random.Next(2) == 0 ? "rhel" : "debian", random.Next(1, 20).ToString(), "A System") { Codename = random.Next(2) == 0 ? "name" : null, Like = ["a", "b"], SupportEnd = new DateOnly(2028, 6, 30) };
        var made = Enumerable.Range(0, packages).Select(i => Package(random, os, i)).ToList();
        return new()
        {
            Target = new("oci", "image:1", "sha256:" + new string('d', 64), "arm64", [new("sha256:1", "sha256:2", "RUN a && b c"), new("sha256:3", "sha256:4", null)]),
            Os = os,
            Packages = [.. made.Select(p => p with { DependsOn = [.. Enumerable.Range(0, random.Next(4)).Select(_ => made[random.Next(packages)].Id).Where(id => id != p.Id).Distinct().Order(StringComparer.Ordinal)] })],
            Notes = random.Next(2) == 0 ? [] : [new("unreadable", "a b/c", "permission denied"), new("limit", "", "two\nlines \\n and a\ttab")],
        };
    }

    private static InventoryPackage Package(Random random, OsRelease? os, int number)
    {
        var type = Types[random.Next(Types.Length)];
        var isOs = Purls.IsOs(type);
        var version = (type is "deb" or "rpm" && random.Next(3) == 0 ? random.Next(3) + ":" : "") + $"{random.Next(20)}.{random.Next(20)}{Pick(random, "", "-1", "~rc1+b2", "-3.el9")}";
        var package = new Package
        {
            Type = type,
            Namespace = isOs ? null : type switch { "npm" => Pick(random, null, "@Scope"), "maven" => "org.Example.x", "golang" => "github.com/Masterminds", "composer" => "Vendor", _ => null },
            Name = isOs ? $"lib{number}+x" : $"Name_{number}.x",
            Version = version,
            Architecture = isOs ? Pick(random, null, "amd64") : null,
            Source = isOs && random.Next(2) == 0 ? new($"source-{random.Next(9)}", Pick(random, version, "1:7.5-2")!) : null,
            Module = type is "rpm" ? Pick(random, null, "nodejs:18:9030:abc") : null,
            Vendor = Pick(random, null, "Some One <one@example.org>"),
            Scope = Pick(random, null, "dev", "optional"),
            Evidence = random.Next(4) == 0 ? new("OpenSSL 1.1.1 = x", random.Next(100) / 100.0) : null,
            Licenses = random.Next(3) switch { 0 => [], 1 => ["MIT", "Apache-2.0 OR MIT", "Own licence, v1"], _ => ["(MIT OR Apache-2.0) AND ISC"] },
        };
        Location[] locations = [new($"a/{number}/漢 b", Pick(random, null, "sha256:2"), Pick(random, null, "BOOT-INF/lib/x.jar!/y")), new($"b/{number}", null, null)];
        var purl = Purls.Of(package, os).ToString();
        var id = Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(purl))); // as long as a scan's
        return new(id, purl, package, locations[..random.Next(1, 3)], Pick(random, null, "pkg:deb/debian/owner@1"))
        {
            Hashes = random.Next(3) == 0 ? [new("SHA-256", new string('a', 64)), new("MD5", new string('0', 32))] : [],
        };
    }

    private static string? Pick(Random random, params ReadOnlySpan<string?> values) => values[random.Next(values.Length)];
}
