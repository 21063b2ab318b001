using System.Text.Json;
using Vidimus.Testing;

namespace Vidimus.Cli.Tests;

/// <summary>What answers when no feed can be reached.</summary>
public class StarterTests
{
    [Fact]
    public void TheStarterAdvisoriesAnswerAndSaySo()
    {
        using var folder = Places.Temporary();
        File.WriteAllText(folder["app.json"], """{"bomFormat":"CycloneDX","specVersion":"1.5","version":1,"components":[{"type":"library","group":"org.apache.logging.log4j","name":"log4j-core","version":"2.14.1","purl":"pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1"}]}""");

        var (exit, output, _) = Tool.Run(folder, "scan", "sbom:app.json", "--offline", "-f", "json");

        Assert.Equal(0, exit);
        JsonJudges.ScanReport(output);
        using var report = JsonDocument.Parse(output);
        Assert.True(report.RootElement.GetProperty("book").GetProperty("starter").GetBoolean());
        Assert.Contains(report.RootElement.GetProperty("findings").EnumerateArray(), f => f.GetProperty("id").GetString() is "CVE-2021-44228" && f.GetProperty("severity").GetString() is "CRITICAL");
        Assert.Contains(report.RootElement.GetProperty("notes").EnumerateArray(), n => n.GetProperty("message").GetString()!.Contains("starter"));
    }

    [Fact]
    public void TheGateCannotPassOnTheStarterAdvisoriesAlone()
    {
        using var folder = Places.Temporary();
        File.WriteAllText(folder["app.json"], """{"bomFormat":"CycloneDX","specVersion":"1.5","version":1,"components":[{"type":"library","name":"left-pad","version":"1.3.0","purl":"pkg:npm/left-pad@1.3.0"}]}""");

        var (exit, _, error) = Tool.Run(folder, "scan", "sbom:app.json", "--offline", "--fail-on", "high");

        Assert.Equal(3, exit);
        Assert.Contains("starter", error);
    }

    [Fact]
    public void LookingSomethingUpWithoutABookLeavesNoEmptyBookBehind()
    {
        using var folder = Places.Temporary();
        File.WriteAllText(folder["app.json"], """{"bomFormat":"CycloneDX","specVersion":"1.5","version":1,"components":[{"type":"library","name":"lodash","version":"4.17.20","purl":"pkg:npm/lodash@4.17.20"}]}""");

        var (exit, output, error) = Tool.Run(folder, "advisories", "show", "CVE-2021-44228");
        var scan = Tool.Run(folder, "scan", "sbom:app.json", "--offline", "-f", "json");

        Assert.Equal(0, exit);
        Assert.Contains("Log4Shell", output);
        Assert.Contains("starter", error);
        using var report = JsonDocument.Parse(scan.Output);
        Assert.True(report.RootElement.GetProperty("book").GetProperty("starter").GetBoolean());
        Assert.Equal(3, Tool.Run(folder, "explain", "CVE-9999-1", "sbom:app.json", "--offline").Exit);
    }

    [Fact]
    public void OneFeedsAddressNeverAnswersFromAnothers()
    {
        using var folder = Places.Temporary();
        Directory.CreateDirectory(folder["empty"]);
        File.WriteAllText(folder["app.json"], """{"bomFormat":"CycloneDX","specVersion":"1.5","version":1,"components":[{"type":"library","name":"jinja2","version":"2.10","purl":"pkg:pypi/jinja2@2.10"}]}""");

        using var full = Tool.Scan(folder, "sbom:app.json");
        var (exit, output, _) = Tool.Run(folder, "scan", "sbom:app.json", "--feeds", folder["empty"], "-f", "json");

        Assert.NotEmpty(full.RootElement.GetProperty("findings").EnumerateArray());
        Assert.Equal(0, exit);
        using var empty = JsonDocument.Parse(output);
        Assert.Empty(empty.RootElement.GetProperty("findings").EnumerateArray());
    }
}
