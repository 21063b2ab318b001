using System.Text;
using System.Text.Json.Nodes;
using Vidimus.Model.Reports;
using Vidimus.Model.Vex;
using Vidimus.Sbom.Vex;
using Vidimus.Testing;

namespace Vidimus.Reports.Tests.Vex;

/// <summary><c>--format openvex</c>: decisions and nothing else, as the specification's schema takes them.</summary>
public class OpenVexReportTests
{
    private static readonly DateTimeOffset Day = new(2026, 2, 3, 4, 5, 6, TimeSpan.Zero);

    private static readonly ReportDecision[] Decisions =
    [
        new(VexStatus.NotAffected, "component_not_present", "It is left out.", null, "Team", null),
        new(VexStatus.NotAffected, "component_not_present", "component_not_present", null, "Team", Day),
        new(VexStatus.NotAffected, null, "accepted by the board", null, null, null),
        new(VexStatus.NotAffected, null, null, null, null, null),
        new(VexStatus.Affected, null, null, "The risk is accepted: internal", "Team", null),
        new(VexStatus.Affected, null, "x", null, "Vendor", Day),
        new(VexStatus.Fixed, null, null, null, "Vendor", Day),
        new(VexStatus.UnderInvestigation, null, "We look.", null, "Vendor", Day),
    ];

    [Fact]
    public void TheSchemaTakesEveryDecision()
    {
        var reports = Decisions.Select(d => Decided(Samples.Full, d)).Concat([Decided(Samples.Hostile, Decisions[0]), Decided(Image(Samples.Full), Decisions[0]), Decided(Image(Samples.Hostile), Decisions[4])]);
        JsonJudges.OpenVex([.. reports.Select(Write)]);
    }

    [Fact]
    public void OnlyDecisionsAreWritten()
    {
        var report = Samples.Full with { Target = Samples.Full.Target with { Digest = null }, Findings = [.. Samples.Full.Findings.Select((f, i) => i == 1 ? f with { Decision = Decisions[0] } : f)] };
        var statement = Assert.Single(JsonNode.Parse(Write(report))!["statements"]!.AsArray())!;
        Assert.Equal(("CVE-2021-44228", "not_affected", "component_not_present", "It is left out."), ((string)statement["vulnerability"]!["name"]!, (string)statement["status"]!, (string)statement["justification"]!, (string)statement["impact_statement"]!));
        Assert.Equal(report.Findings[1].Purl, (string)statement["products"]![0]!["@id"]!);
        Assert.Empty(JsonNode.Parse(Write(Samples.Full))!["statements"]!.AsArray());
    }

    [Fact]
    public void AnImageIsTheProductAndItsPackagesAreSubcomponents()
    {
        var product = JsonNode.Parse(Write(Decided(Image(Samples.Full), Decisions[2])))!["statements"]![0]!["products"]![0]!;
        Assert.Equal("pkg:oci/app@sha256:aaaa?arch=amd64", (string)product["@id"]!);
        Assert.StartsWith("pkg:", (string)product["subcomponents"]![0]!["@id"]!);
    }

    [Fact]
    public void TheSameReportGivesTheSameBytesAndAnotherAnotherId()
    {
        var one = Write(Decided(Samples.Full, Decisions[0]));
        Assert.Equal(one, Write(Decided(Samples.Full, Decisions[0])));
        Assert.NotEqual((string)JsonNode.Parse(one)!["@id"]!, (string)JsonNode.Parse(Write(Decided(Samples.Full, Decisions[2])))!["@id"]!);
    }

    [Fact]
    public void OurOwnReaderTakesItBack()
    {
        foreach (var decision in Decisions)
        {
            var document = VexFiles.Read(new MemoryStream(Encoding.UTF8.GetBytes(Write(Decided(Samples.Full, decision)))), "v.json");
            Assert.Empty(document.Notes);
            Assert.All(document.Statements, s => Assert.Equal((decision.Status, decision.Status is VexStatus.NotAffected ? decision.Justification : null), (s.Status, s.Justification)));
            Assert.Equal(Samples.Full.Findings.Where(f => f.Purl is not null).Select(f => f.Id).Distinct().Order(StringComparer.Ordinal), document.Statements.Select(s => s.Vulnerabilities[0]).Distinct().Order(StringComparer.Ordinal));
        }
    }

    private static ScanReport Image(ScanReport report) => report with { Target = report.Target with { Name = "oci/app:1", Digest = "sha256:aaaa", Arch = "amd64" } };

    private static ScanReport Decided(ScanReport report, ReportDecision decision) => report with { Findings = [.. report.Findings.Select(f => f with { Decision = decision })] };

    private static string Write(ScanReport report)
    {
        using var output = new MemoryStream();
        new OpenVexReport().Write(report, output, new());
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
