using System.Diagnostics;
using System.Text.Json;
using Vidimus.Testing;

namespace Vidimus.Reports.Tests;

public sealed class JsonFormatTests
{
    [Fact]
    public void OurJsonFollowsItsSchemaByAjv() => JsonJudges.ScanReport([.. Samples.All.Select(r => Samples.Text(new JsonReport(), r))]);

    [Fact]
    public void CycloneDxIsValidByTheProjectsOwnValidator() => JsonJudges.CycloneDx("1.5", [.. Samples.All.Select(r => Samples.Text(new CycloneDxReport(), r))]);

    [Fact]
    public void SarifIsValidByTheMultitoolsSchema() => JsonJudges.Sarif([.. Samples.All.Select(r => Samples.Text(new SarifReport(), r))]);

    [Fact]
    public void TheOtherJudgesRefuseWhatIsNotSo()
    {
        var sarif = Samples.Text(new SarifReport(), Samples.Full).Replace("\"level\": \"error\"", "\"level\": \"bad\"");
        Assert.Contains("document 0", Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => JsonJudges.Sarif(sarif)).Message);
        var cyclonedx = Samples.Text(new CycloneDxReport(), Samples.Full).Replace("\"id\": \"MIT\"", "\"id\": \"MIT License\"");
        Assert.Contains("document 0", Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => JsonJudges.CycloneDx("1.5", cyclonedx)).Message);
    }

    [Theory]
    [InlineData("\"severity\": \"HIGH\"", "\"severity\": \"high\"")]
    [InlineData("\"fixable\": 2", "\"fixable\": \"2\"")]
    [InlineData("\"epss\": null", "\"epss\": 0.5")]
    [InlineData("\"kind\": \"end-of-life\"", "\"kind\": \"other\"")]
    [InlineData("\"complete\": false,", "")]
    public void TheSchemaRefusesWhatIsNotSo(string from, string to)
    {
        var text = Samples.Text(new JsonReport(), Samples.Full);
        Assert.Contains(from, text);
        var error = Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => JsonJudges.ScanReport(text.Replace(from, to)));
        Assert.Contains("document 0", error.Message);
    }

    [Fact]
    public void TheSchemaAllowsMembersOfLaterVersions() => JsonJudges.ScanReport(Samples.Text(new JsonReport(), Samples.Full).Replace("\"complete\":", "\"later\": [1], \"complete\":"));

    /// <summary>The shape as the schema of version 1 was first agreed: member names, order and all.</summary>
    [Fact]
    public void OurJsonHasTheAgreedMembersInTheirOrder()
    {
        using var document = JsonDocument.Parse(Samples.Text(new JsonReport(), Samples.Full));
        var root = document.RootElement;
        Assert.Equal("schemaVersion tool target book complete summary gate packages findings notes", Members(root));
        Assert.Equal("name version", Members(root.GetProperty("tool")));
        Assert.Equal("kind name digest arch os layers", Members(root.GetProperty("target")));
        Assert.Equal("id name version eol", Members(root.GetProperty("target").GetProperty("os")));
        Assert.Equal("digest diffId createdBy", Members(root.GetProperty("target").GetProperty("layers")[0]));
        Assert.Equal("built starter stale sources", Members(root.GetProperty("book")));
        Assert.Equal("name date records rejected", Members(root.GetProperty("book").GetProperty("sources")[0]));
        Assert.Equal("critical high medium low informational untriaged fixable kev hidden", Members(root.GetProperty("summary")));
        Assert.Equal("rules failed count", Members(root.GetProperty("gate")));
        Assert.Equal("id purl name version type arch source path layer locations owner scope licenses", Members(root.GetProperty("packages")[0]));
        Assert.Equal("path layer entry", Members(root.GetProperty("packages")[0].GetProperty("locations")[0]));
        Assert.Equal(
            "key kind id aliases title severity severitySource score vector cvss cwes packageId purl package version fixedVersion fixedVersions status path layer advisory source url evidence rule epss kev ssvc published hidden",
            Members(root.GetProperty("findings")[0]));
        Assert.Equal("source version score vector", Members(root.GetProperty("findings")[0].GetProperty("cvss")[0]));
        Assert.Equal("source advisory range matched role", Members(root.GetProperty("findings")[0].GetProperty("evidence")[0]));
        Assert.Equal("score percentile date", Members(root.GetProperty("findings")[0].GetProperty("epss")));
        Assert.Equal("added due ransomware", Members(root.GetProperty("findings")[1].GetProperty("kev")));
        Assert.Equal("by reason until", Members(root.GetProperty("findings")[4].GetProperty("hidden")));
        Assert.Equal("kind path message", Members(root.GetProperty("notes")[0]));
        Assert.Equal(JsonValueKind.Null, root.GetProperty("findings")[2].GetProperty("score").ValueKind);
    }

    [Theory]
    [InlineData("json")]
    [InlineData("sarif")]
    [InlineData("cyclonedx")]
    [InlineData("table")]
    public void TheSameReportGivesTheSameBytes(string format)
    {
        foreach (var report in Samples.All) Assert.Equal(Samples.Text(ReportFormats.Find(format)!, report), Samples.Text(ReportFormats.Find(format)!, report));
    }

    [Theory]
    [InlineData("json")]
    [InlineData("sarif")]
    [InlineData("cyclonedx")]
    public void NothingThatIsWrittenMovesACursorOrTurnsText(string format)
    {
        var text = Samples.Text(ReportFormats.Find(format)!, Samples.Hostile);
        Assert.DoesNotContain(text, c => (char.IsControl(c) && c != '\n') || c is '\u202E' or '\u2066' or '\u2069');
    }

    [Fact]
    public void SarifHasARuleForEachVulnerabilityAndAFingerprintForEachFinding()
    {
        using var document = JsonDocument.Parse(Samples.Text(new SarifReport(), Samples.Full));
        var run = document.RootElement.GetProperty("runs")[0];
        var rules = run.GetProperty("tool").GetProperty("driver").GetProperty("rules");
        var results = run.GetProperty("results");
        Assert.Equal(Samples.Full.Findings.Count, results.GetArrayLength());
        foreach (var (i, result) in results.EnumerateArray().Index())
        {
            Assert.Equal(result.GetProperty("ruleId").GetString(), rules[result.GetProperty("ruleIndex").GetInt32()].GetProperty("id").GetString());
            Assert.Equal(Samples.Full.Findings[i].Key, result.GetProperty("partialFingerprints").GetProperty("vidimusFindingKey/v1").GetString());
        }

        var severities = rules.EnumerateArray().ToDictionary(r => r.GetProperty("id").GetString()!, r => r.GetProperty("properties").TryGetProperty("security-severity", out var s) ? s.GetString() : null);
        Assert.Equal("7.8", severities["CVE-2022-3715"]);
        Assert.Equal("10.0", severities["CVE-2021-44228"]);
        Assert.Null(severities["CVE-2023-0001"]);
        Assert.Equal(2, run.GetProperty("invocations")[0].GetProperty("toolExecutionNotifications").GetArrayLength());
    }

    [Fact]
    public void CycloneDxFindingsPointToTheirComponents()
    {
        using var document = JsonDocument.Parse(Samples.Text(new CycloneDxReport(), Samples.Full));
        var refs = document.RootElement.GetProperty("components").EnumerateArray().Select(c => c.GetProperty("bom-ref").GetString()).ToHashSet();
        var vulnerabilities = document.RootElement.GetProperty("vulnerabilities").EnumerateArray().ToList();
        Assert.Equal(Samples.Full.Findings.Count, vulnerabilities.Count);
        Assert.All(vulnerabilities, v => Assert.Contains(v.GetProperty("affects")[0].GetProperty("ref").GetString(), refs));
        Assert.Equal([122, 787], vulnerabilities[0].GetProperty("cwes").EnumerateArray().Select(c => c.GetInt32()));
        Assert.Equal(["CVSSv31", "CVSSv31", "CVSSv2", "CVSSv4"], vulnerabilities[0].GetProperty("ratings").EnumerateArray().Select(r => r.GetProperty("method").GetString()!));
        Assert.Equal("not_affected", vulnerabilities[5].GetProperty("analysis").GetProperty("state").GetString());
        Assert.False(vulnerabilities[4].TryGetProperty("analysis", out _));
    }

    /// <summary>What is measured is printed (5 to 40 ms); the bound only tells a quadratic from a linear writer, since tests share their machine.</summary>
    [Theory]
    [InlineData("json")]
    [InlineData("sarif")]
    [InlineData("cyclonedx")]
    [InlineData("table")]
    public void AThousandFindingsAreWrittenInMilliseconds(string format)
    {
        var report = Samples.Full with
        {
            Findings = [.. Enumerable.Range(0, 1000).Select(i => Samples.Full.Findings[i % 4] with { Key = $"k{i}", Id = $"CVE-2024-{i}" })],
            Packages = [.. Enumerable.Range(0, 1000).Select(i => Samples.Full.Packages[0] with { Id = $"p{i}" })],
        };
        var best = Enumerable.Range(0, 10).Min(_ =>
        {
            var watch = Stopwatch.StartNew();
            ReportFormats.Find(format)!.Write(report, Stream.Null, new());
            return watch.Elapsed.TotalMilliseconds;
        });
        TestContext.Current.TestOutputHelper?.WriteLine($"{format}: {best:0.0} ms");
        Assert.InRange(best, 0, 2000);
    }

    private static string Members(JsonElement element) => string.Join(' ', element.EnumerateObject().Select(p => p.Name));
}
