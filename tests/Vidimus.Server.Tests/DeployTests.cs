using System.Text.RegularExpressions;
using Vidimus.Server.Configuration;
using Vidimus.Testing;

namespace Vidimus.Server.Tests;

/// <summary>What lies in deploy/, held against linters and against the settings that there are; nothing of it is run.</summary>
public partial class DeployTests
{
    private static string Deploy => Path.Combine(Places.Repository, "deploy");

    /// <summary>systemd's own reader; the program's path is replaced, as it is not installed where tests run.</summary>
    [Fact]
    public void SystemdReadsTheUnits()
    {
        RealTool.Require("systemd-analyze");
        using var folder = Places.Temporary();
        foreach (var unit in Directory.EnumerateFiles(Path.Combine(Deploy, "systemd"), "*.*").Where(f => !f.EndsWith(".conf", StringComparison.Ordinal)))
            File.WriteAllText(folder[Path.GetFileName(unit)], File.ReadAllText(unit).Replace("/opt/vidimus/vidimus-server", "/bin/true", StringComparison.Ordinal));
        var units = Directory.EnumerateFiles(folder.Path).ToArray();
        Assert.Equal(4, units.Length);
        var (exit, output, error) = RealTool.Try("systemd-analyze", ["verify", "--man=no", .. units]);
        Assert.True(exit == 0 && (output + error).Trim().Length == 0, output + error);

        // "Exposure" below 2 of 10 is what systemd calls OK.
        foreach (var unit in new[] { "vidimus.service", "vidimus-worker.service" })
        {
            (exit, output, error) = RealTool.Try("systemd-analyze", ["security", "--offline=yes", "--threshold=20", "--no-pager", folder[unit]]);
            Assert.True(exit == 0, output + error);
        }
    }

    [Fact]
    public void YamllintFindsNothing()
    {
        RealTool.Require("yamllint");
        var (exit, output, error) = RealTool.Try("yamllint", ["-s", "-d", "{extends: default, rules: {line-length: {max: 140}}}", Path.Combine(Deploy, "kubernetes")]);
        Assert.True(exit == 0, output + error);
    }

    [Fact]
    public void DockerfilelintFindsNothing()
    {
        var modules = NpmModules.Of("dockerfilelint", "dockerfilelint@1.8.0");
        using var folder = Places.Temporary();
        File.Copy(Path.Combine(Deploy, "container", "Containerfile"), folder["Dockerfile"]);
        var (exit, output, error) = RealTool.Try(Path.Combine(modules, "node_modules", ".bin", "dockerfilelint"), [folder["Dockerfile"]]);
        Assert.True(exit == 0, output + error);
    }

    /// <summary>What is set is what the server knows: a setting that was renamed would otherwise be noticed by who deploys.</summary>
    [Fact]
    public void EverySettingNamedIsOne()
    {
        Assert.Equal(5, ConfigurationFile.Read(Path.Combine(Deploy, "systemd", "vidimus.conf")).Count);
        var variables = SettingTable.All.Select(s => s.Variable).ToHashSet();
        var named = Directory.EnumerateFiles(Deploy, "*", SearchOption.AllDirectories).SelectMany(f => Variable().Matches(File.ReadAllText(f))).Select(m => m.Value).Distinct().ToList();
        Assert.True(named.Count > 5);
        Assert.All(named, n => Assert.Contains(n, variables));
    }

    [GeneratedRegex("VIDIMUS_[A-Z_]+")]
    private static partial Regex Variable();
}
