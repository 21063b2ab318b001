using System.Text.Json;
using Vidimus.Testing;

namespace Vidimus.Cli.Tests;

/// <summary><c>--vex</c>, <c>--policy</c> and <c>--format openvex</c> as users run them. The package and its three advisories are the shared npm feed's lodash 4.17.15.</summary>
public class DecisionsTests
{
    private const string Policy = """
        version: 1
        author: Team
        fail-on: low
        ignore:
          - id: GHSA-p6mc-m468-83gw
            package: lodash
            reason: "vulnerable_code_not_present: left out"
          - id: CVE-2021-23337
            reason: it is not called
        """;

    private const string Vex = """
        {"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://vex.example/1","author":"Vendor","timestamp":"2026-01-01T00:00:00Z","version":1,"statements":[
          {"vulnerability":{"name":"CVE-2020-8203"},"products":[{"@id":"pkg:npm/lodash@4.17.15"}],"status":"not_affected","justification":"vulnerable_code_not_in_execute_path"}]}
        """;

    [Fact]
    public void AVexDocumentHidesAndAllShowsIt()
    {
        using var folder = App();
        File.WriteAllText(folder["v.json"], Vex);
        using var plain = Tool.Scan(folder, "dir:app");
        var without = Findings(plain);
        using var shown = Tool.Scan(folder, "dir:app", "--vex", "v.json");
        Assert.Equal(without.Keys.Where(k => k is not "CVE-2020-8203").Order(StringComparer.Ordinal), Findings(shown).Keys.Order(StringComparer.Ordinal));
        Assert.Equal(HiddenOf(plain) + 1, HiddenOf(shown)); // what is a duplicate of another record is hidden without it too

        var all = Findings(Tool.Scan(folder, "dir:app", "--vex", "v.json", "--all"));
        Assert.Equal(without.Keys.Order(StringComparer.Ordinal), all.Keys.Order(StringComparer.Ordinal));
        var hidden = all["CVE-2020-8203"].GetProperty("hidden");
        Assert.Equal(("vex", "not_affected: vulnerable_code_not_in_execute_path (https://vex.example/1, Vendor)"), (hidden.GetProperty("by").GetString(), hidden.GetProperty("reason").GetString()));

        var (_, text, _) = Tool.Run(folder, "explain", "CVE-2020-8203", "dir:app", "--feeds", Places.Shared("advisories"), "--vex", "v.json");
        Assert.Contains("Hidden by vex: not_affected: vulnerable_code_not_in_execute_path (https://vex.example/1, Vendor)", text);
    }

    [Fact]
    public void APolicyHidesGatesAndIsOnlyTheWorkingFoldersOwn()
    {
        using var folder = App();
        Directory.CreateDirectory(folder["app/.vidimus"]);
        File.WriteAllText(folder["app/.vidimus/policy.yaml"], Policy); // the target's own, which counts for nothing
        Assert.True(Findings(Tool.Scan(folder, "dir:app")).ContainsKey("CVE-2020-8203"));

        Directory.CreateDirectory(folder[".vidimus"]);
        File.WriteAllText(folder[".vidimus/policy.yaml"], Policy);
        string[] scan = ["scan", "dir:app", "--feeds", Places.Shared("advisories"), "-f", "json"];
        var (exit, output, _) = Tool.Run(folder, scan);
        Assert.Equal(1, exit); // the policy's gate: one finding is left
        using (var report = JsonDocument.Parse(output))
        {
            Assert.Equal(["CVE-2020-28500"], Findings(report).Keys);
            Assert.Contains("the policy .vidimus/policy.yaml was applied: 2 rules", output);
        }

        Assert.Equal(0, Tool.Run(folder, [.. scan, "--fail-on", "high"]).Exit);
        File.WriteAllText(folder["other.yaml"], "version: 1");
        var variables = new Dictionary<string, string> { ["VIDIMUS_POLICY"] = "other.yaml" };
        Assert.Equal(0, Tool.Run(folder, variables, scan).Exit);
        File.WriteAllText(folder["other.yaml"], "version: 1\nfail-on: dreadful");
        Assert.Equal(2, Tool.Run(folder, variables, scan).Exit);
        Assert.Contains("Hidden by policy: it is not called", Tool.Run(folder, "explain", "CVE-2021-23337", "dir:app", "--feeds", Places.Shared("advisories")).Output);
    }

    /// <summary>What one scan writes as OpenVEX hides the same in the next.</summary>
    [Fact]
    public void DecisionsGoOutAndComeBack()
    {
        using var folder = App();
        File.WriteAllText(folder["p.yaml"], Policy);
        var decided = Findings(Tool.Scan(folder, "dir:app", "--policy", "p.yaml", "--fail-on", "critical", "-f", "openvex=ours.json"));
        JsonJudges.OpenVex(File.ReadAllText(folder["ours.json"]));
        Assert.Equal(decided.Keys, Findings(Tool.Scan(folder, "dir:app", "--vex", "ours.json")).Keys);
        Assert.Single(decided);
    }

    private static Dictionary<string, JsonElement> Findings(JsonDocument report) => report.RootElement.GetProperty("findings").EnumerateArray()
        .Where(f => f.GetProperty("kind").GetString() is "vulnerability" && f.GetProperty("id").GetString()!.StartsWith("CVE-", StringComparison.Ordinal)) // sources of npm's own ids speak of the same without naming a CVE
        .ToDictionary(f => f.GetProperty("id").GetString()!);

    private static int HiddenOf(JsonDocument report) => report.RootElement.GetProperty("summary").GetProperty("hidden").GetInt32();

    private static TemporaryFolder App()
    {
        var folder = Places.Temporary();
        Directory.CreateDirectory(folder["app/node_modules/lodash"]);
        File.WriteAllText(folder["app/node_modules/lodash/package.json"], """{"name":"lodash","version":"4.17.15"}""");
        return folder;
    }
}
