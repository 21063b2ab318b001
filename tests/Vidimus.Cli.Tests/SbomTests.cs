using System.Text.Json.Nodes;
using Vidimus.Testing;

namespace Vidimus.Cli.Tests;

/// <summary>An SBOM stands for what it was made of: scanned, it gives what the target itself gives.</summary>
public class SbomTests
{
    public static TheoryData<string, string> Targets => new MatrixTheoryData<string, string>(["root", "image", "lock files"], ["cyclonedx", "cyclonedx@1.4", "cyclonedx@1.6", "spdx"]);

    [Theory]
    [MemberData(nameof(Targets))]
    public void AScannedSbomGivesExactlyWhatTheTargetGives(string kind, string format)
    {
        using var folder = Places.Temporary();
        var target = Make(kind, folder);
        var feeds = Places.Shared("advisories");

        var (made, sbom, error) = Tool.Run(folder, "inventory", target, "-f", format, "-q");
        Assert.True(made == 0, error);
        if (format is "spdx") JsonJudges.Spdx(sbom);
        else JsonJudges.CycloneDx(format is "cyclonedx" ? "1.5" : format[^3..], sbom);
        File.WriteAllText(folder["sbom.json"], sbom);
        var direct = Report(folder, target, feeds);
        var piped = RealTool.Bash($"'{Tool.Program}' inventory '{target}' -f {format} -q | '{Tool.Program}' scan sbom:- --feeds '{feeds}' -f json --all -q", folder.Path, environment: new Dictionary<string, string> { ["VIDIMUS_DATA"] = folder["data"] });

        Assert.NotEmpty(direct["packages"]!.AsArray());
        Assert.NotEmpty(direct["findings"]!.AsArray());
        Assert.Equal(WithoutName(direct), WithoutName(JsonNode.Parse(piped)!));
        Assert.Equal(WithoutName(direct), WithoutName(Report(folder, "sbom.json", feeds))); // recognised by its content
    }

    /// <summary>Notes travel with the SBOM: half a target does not become a whole one on the way.</summary>
    [Theory]
    [InlineData("cyclonedx")]
    [InlineData("spdx")]
    public void WhatCouldNotBeReadIsStillMissing(string format)
    {
        using var folder = Places.Temporary();
        Directory.CreateDirectory(folder["tree"]);
        File.WriteAllText(Path.Combine(folder["tree"], "package-lock.json"), "{\"packages\":{");

        Tool.Run(folder, "inventory", "dir:tree", "-f", $"{format}=sbom.json");
        var (exit, _, error) = Tool.Run(folder, "scan", "sbom:sbom.json", "--feeds", Places.Shared("advisories"), "--fail-on", "critical");

        Assert.Equal(3, exit);
        Assert.Contains("package-lock.json", error);
    }

    [Fact]
    public void ALockFilesEdgesAreTheGraph()
    {
        using var folder = Places.Temporary();
        Directory.CreateDirectory(folder["tree"]);
        File.WriteAllText(Path.Combine(folder["tree"], "package-lock.json"), """{"lockfileVersion":3,"packages":{"node_modules/a":{"version":"1.0.0","dependencies":{"b":"2"}},"node_modules/b":{"version":"2.0.0","dev":true}}}""");

        var sbom = JsonNode.Parse(Tool.Run(folder, "inventory", "dir:tree", "-f", "cyclonedx", "-q").Output)!;
        var references = sbom["components"]!.AsArray().ToDictionary(c => (string)c!["bom-ref"]!, c => (string)c!["name"]!);
        var edge = Assert.Single(sbom["dependencies"]!.AsArray(), d => d!["dependsOn"] is not null)!;
        Assert.Equal(("a", "b"), (references[(string)edge["ref"]!], references[(string)edge["dependsOn"]![0]!]));
    }

    [Fact]
    public void AnUnknownFormatIsWrongUsage()
    {
        using var folder = Places.Temporary();
        var (exit, _, error) = Tool.Run(folder, "inventory", "dir:.", "-f", "spdx@3");
        Assert.Equal(2, exit);
        Assert.Contains("there is no format 'spdx@3'; known are cyclonedx, cyclonedx@1.4, cyclonedx@1.6, spdx, unknown-programs", error);
    }

    private static JsonNode Report(TemporaryFolder folder, string target, string feeds)
    {
        var (exit, output, error) = Tool.Run(folder, "scan", target, "--feeds", feeds, "-f", "json", "--all", "-q");
        Assert.True(exit == 0, error);
        return JsonNode.Parse(output)!;
    }

    /// <summary>Kind and name are the SBOM's own; all else is compared.</summary>
    private static string WithoutName(JsonNode report)
    {
        report["target"]!["kind"] = report["target"]!["name"] = null;
        return report.ToJsonString();
    }

    private static string Make(string kind, TemporaryFolder folder)
    {
        var root = DebianRoot.Of("bullseye");
        if (kind is "root") return $"root:{root}";
        if (kind is "image")
        {
            RealTool.Require("umoci");
            Directory.CreateDirectory(folder["more/usr/lib/python3/dist-packages/Jinja2-2.10.dist-info"]);
            File.WriteAllText(folder["more/usr/lib/python3/dist-packages/Jinja2-2.10.dist-info/METADATA"], "Metadata-Version: 2.1\nName: Jinja2\nVersion: 2.10\nLicense: BSD, or so\n\nText\n");
            RealTool.Bash($"umoci init --layout lay; umoci new --image lay:a; umoci insert --image lay:a '{root}' / >/dev/null; umoci insert --image lay:a more / >/dev/null; umoci config --image lay:a --architecture amd64 --os linux", folder.Path);
            return "oci:lay:a";
        }

        Directory.CreateDirectory(folder["app"]);
        File.WriteAllText(folder["app/package-lock.json"], """{"lockfileVersion":3,"packages":{"":{},"node_modules/lodash":{"version":"4.17.4","license":"MIT"},"node_modules/@s/a":{"version":"1.0.0","dev":true},"node_modules/minimist":{"version":"0.0.8"}}}""");
        File.WriteAllText(folder["app/requirements.txt"], "Jinja2==2.10\nruamel.yaml==0.15\nA_b.C==1\n");
        File.WriteAllText(folder["app/gradle.lockfile"], "org.apache.logging.log4j:log4j-core:2.14.1=runtimeClasspath\n");
        File.WriteAllText(folder["app/go.mod"], "module example.org/m\nrequire github.com/Masterminds/goutils v1.1.0\n");
        return "dir:app";
    }
}
