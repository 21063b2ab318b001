using System.Text.Json;
using Vidimus.Ecosystems.Npm;
using Vidimus.Ecosystems.Tests.Reading;
using Vidimus.Model.Inventory;
using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests.Npm;

/// <summary>Lock files as npm's relatives write them for one project, against what each itself lists of it.</summary>
public sealed class NpmManagersTests
{
    private static readonly string Machine = System.Runtime.InteropServices.RuntimeInformation.OSArchitecture is System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "x64";

    private const string Project = """
        {"name":"fixture","version":"1.0.0","license":"MIT",
         "dependencies":{"minimist":"1.2.5","lodash":"4.17.20","express":"4.17.1","old-minimist":"npm:minimist@0.0.8","@types/node":"18.0.0","local-dep":"file:./local-dep"},
         "devDependencies":{"semver":"7.5.1","rimraf":"3.0.0"},"optionalDependencies":{"abbrev":"1.1.1"}}
        """;

    [Fact]
    public void ReadsYarn1AsYarnListsIt()
    {
        using var folder = Made("yarn@1.22.22", out var home);
        string[] yarn = [Path.Combine(home, "node_modules/yarn/bin/yarn.js")];
        Run(folder, yarn, "install", "--ignore-scripts", "--no-progress", "--non-interactive", "--silent");
        using var answer = JsonDocument.Parse(Run(folder, yarn, "list", "--json", "--no-progress").Split('\n').First(line => line.Contains("\"tree\"", StringComparison.Ordinal)));
        var listed = new SortedSet<string>(StringComparer.Ordinal);
        Walk(answer.RootElement.GetProperty("data").GetProperty("trees"));

        // Yarn lists an alias by the alias, and the user's own folder.
        Assert.Equal(listed.Select(p => p == "old-minimist@0.0.8" ? "minimist@0.0.8" : p).Where(p => p != "local-dep@0.1.0").Order(StringComparer.Ordinal), CollectorRun.Names(Read(folder, new YarnLock())));

        void Walk(JsonElement trees)
        {
            foreach (var tree in trees.EnumerateArray())
            {
                if (!tree.TryGetProperty("shadow", out _)) listed.Add(tree.GetProperty("name").GetString()!);
                if (tree.TryGetProperty("children", out var children)) Walk(children);
            }
        }
    }

    [Theory]
    [InlineData("@yarnpkg/cli-dist@3.8.7")]
    [InlineData("@yarnpkg/cli-dist@4.18.1")]
    public void ReadsLaterYarnsAsTheyTellOfIt(string version)
    {
        using var folder = Made(version, out var home);
        string[] yarn = [Path.Combine(home, "node_modules/@yarnpkg/cli-dist/bin/yarn.js")];
        File.WriteAllText(folder["app/yarn.lock"], "");
        Run(folder, yarn, "install", "--mode=update-lockfile");
        var told = Run(folder, yarn, "info", "--all", "--recursive", "--json").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement);
        var listed = told.Select(t => (Locator: t.GetProperty("value").GetString()!, Version: t.GetProperty("children").GetProperty("Version").GetString()))
            .Where(t => !t.Locator.Contains("@workspace:", StringComparison.Ordinal) && !t.Locator.Contains("@file:", StringComparison.Ordinal))
            .Select(t => $"{t.Locator[..t.Locator.IndexOf('@', 1)]}@{t.Version}");
        Assert.Equal(listed.Distinct().Order(StringComparer.Ordinal), CollectorRun.Names(Read(folder, new YarnLock())));
    }

    [Theory]
    [InlineData("pnpm@5.18.10", "5.2")]
    [InlineData("pnpm@6.35.1", "5.3")]
    [InlineData("pnpm@7.33.7", "5.4")]
    [InlineData("pnpm@8.15.9", "6.0")]
    [InlineData("pnpm@9.15.9", "9.0")]
    [InlineData("pnpm@10.34.9", "9.0")]
    public void ReadsPnpmAsPnpmListsIt(string version, string format)
    {
        using var folder = Made(version, out var home, $"node-linux-{Machine}@16.20.2");
        // The first ones die with a later Node.js.
        string[] pnpm = [Path.Combine(home, $"node_modules/pnpm/bin/pnpm.{(version[5] is '5' ? "js" : "cjs")}")];
        var node = version[5] is '5' or '6' ? Path.Combine(home, $"node_modules/node-linux-{Machine}/bin/node") : "node";
        RealTool.Run(node, [.. pnpm, "install", "--ignore-scripts", "--store-dir", Places.Cache("pnpm-store")], folder: folder["app"], environment: Environment(folder));
        Assert.Contains($"lockfileVersion: {(format[0] is '5' ? format : $"'{format}'")}\n", File.ReadAllText(folder["app/pnpm-lock.yaml"]));

        var packages = Read(folder, new PnpmLock());
        var runs = List("--prod");
        Assert.Equal(List(), CollectorRun.Names(packages));
        Assert.Equal(runs, CollectorRun.Names(packages.Where(p => p.Scope is not "dev")));
        Assert.Equal("optional", Assert.Single(packages, p => p.Name == "abbrev").Scope);

        List<string> List(params string[] arguments)
        {
            var listed = new SortedSet<string>(StringComparer.Ordinal);
            using var answer = JsonDocument.Parse(RealTool.Run(node, [.. pnpm, "list", "--json", "--depth", "50", .. arguments], folder: folder["app"], environment: Environment(folder)), new() { MaxDepth = 256 });
            foreach (var project in answer.RootElement.EnumerateArray()) Walk(project);
            return [.. listed];

            void Walk(JsonElement node)
            {
                foreach (var kind in (string[])["dependencies", "devDependencies", "optionalDependencies"])
                {
                    if (!node.TryGetProperty(kind, out var members)) continue;
                    foreach (var member in members.EnumerateObject())
                    {
                        Walk(member.Value);
                        var version = member.Value.GetProperty("version").GetString()!;
                        if (version.StartsWith("link:", StringComparison.Ordinal) || version.StartsWith("file:", StringComparison.Ordinal) || member.Name == "local-dep") continue;
                        listed.Add($"{(member.Value.TryGetProperty("from", out var from) ? from.GetString() : member.Name)}@{version}");
                    }
                }
            }
        }
    }

    [Fact]
    public void ReadsBunAsNpmListsWhatItInstalled()
    {
        var bun = Machine is "x64" ? "@oven/bun-linux-x64" : "@oven/bun-linux-aarch64";
        using var folder = Made(bun + "@1.4.5", out var home);
        RealTool.Run(Path.Combine(home, "node_modules", bun, "bin/bun"), ["install", "--ignore-scripts"], folder: folder["app"], environment: Environment(folder));
        var packages = Read(folder, new BunLock());
        Assert.Equal(Installed(folder), CollectorRun.Names(packages));
        Assert.Equal("dev", Assert.Single(packages, p => p.Name == "rimraf").Scope);
        Assert.Equal("dev", Assert.Single(packages, p => p.Name == "glob").Scope);
        Assert.Null(Assert.Single(packages, p => p.Name == "lodash").Scope);
    }

    /// <summary>Bun 1.1 writes format 2 and 1.4, asked for it, format 3; both print what they wrote as a lock file of Yarn 1.</summary>
    [Theory]
    [InlineData("1.1.45", 2)]
    [InlineData("1.4.5", 3)]
    public void ReadsBunsBinaryFormAsBunPrintsIt(string version, int format)
    {
        var package = Machine is "x64" ? "@oven/bun-linux-x64" : "@oven/bun-linux-aarch64";
        using var folder = Made($"{package}@{version}", out var home);
        var bun = Path.Combine(home, "node_modules", package, "bin/bun");
        File.WriteAllText(folder["app/bunfig.toml"], "[install]\nsaveTextLockfile = false\n");
        RealTool.Run(bun, ["install", "--ignore-scripts"], folder: folder["app"], environment: Environment(folder));
        var bytes = File.ReadAllBytes(folder["app/bun.lockb"]);
        Assert.Equal(format, bytes["#!/usr/bin/env bun\nbun-lockfile-format-v0\n".Length]);

        var packages = Read(folder, new BunBinaryLock());
        Assert.Equal(Installed(folder), CollectorRun.Names(packages));
        Assert.Equal("dev", Assert.Single(packages, p => p.Name == "rimraf").Scope);
        Assert.Equal("dev", Assert.Single(packages, p => p.Name == "glob").Scope);
        Assert.Equal("optional", Assert.Single(packages, p => p.Name == "abbrev").Scope);
        Assert.Null(Assert.Single(packages, p => p.Name == "lodash").Scope);

        var printed = new TestFile("yarn.lock", RealTool.Run(bun, ["bun.lockb"], folder: folder["app"], environment: Environment(folder))).Packages(new YarnLock());
        Assert.Equal(CollectorRun.Edges(printed.Where(p => p.Name != "local-dep")), CollectorRun.Edges(packages)); // it prints the user's own folder too
        Assert.Contains("express@4.17.1 > debug@2.6.9", CollectorRun.Edges(packages));

        for (var length = 0; length < bytes.Length; length += 7) new TestFile("bun.lockb", bytes[..length]).Collect(new BunBinaryLock());
        foreach (var damaged in Mutations.Of(bytes, format, 1500)) new TestFile("bun.lockb", damaged).Collect(new BunBinaryLock());
    }

    [Fact]
    public void ReadsDenoAsNpmListsWhatItInstalled()
    {
        using var folder = Made("deno@2.9.6", out var home);
        File.WriteAllText(folder["app/deno.json"], """{"nodeModulesDir":"auto"}""");
        RealTool.Run(Path.Combine(home, "node_modules/.bin/deno"), ["install", "--quiet"], folder: folder["app"], environment: Environment(folder));
        // Deno 2.9 leaves file: and optional entries of package.json aside.
        var installed = CollectorRun.Names(CollectorRun.Over(folder["app"], new NodeModules()));
        Assert.Contains("express@4.17.1", installed);
        Assert.Equal(installed, CollectorRun.Names(Read(folder, new DenoLock())));
    }

    /// <summary>By NodeModules, which other tests judge by npm.</summary>
    private static IEnumerable<string> Installed(TemporaryFolder folder) => CollectorRun.Names(CollectorRun.Over(folder["app"], new NodeModules()).Where(p => p.Name != "local-dep"));

    private static List<Package> Read(TemporaryFolder folder, ICollector collector) => CollectorRun.Over(folder["app"], collector);

    /// <summary>The project in <c>app</c>, and where the manager itself is installed.</summary>
    private static TemporaryFolder Made(string manager, out string home, params string[] others)
    {
        home = NpmModules.Of(manager.Replace('/', '-'), [manager, .. others]);
        var folder = Places.Temporary();
        Directory.CreateDirectory(folder["home"]);
        Directory.CreateDirectory(folder["app/local-dep"]);
        File.WriteAllText(folder["app/package.json"], Project);
        File.WriteAllText(folder["app/local-dep/package.json"], """{"name":"local-dep","version":"0.1.0","dependencies":{"ms":"2.0.0"}}""");
        return folder;
    }

    private static Dictionary<string, string> Environment(TemporaryFolder folder) => new() { ["HOME"] = folder["home"], ["CI"] = "", ["YARN_ENABLE_IMMUTABLE_INSTALLS"] = "0", ["YARN_ENABLE_TELEMETRY"] = "0", ["BUN_INSTALL_CACHE_DIR"] = folder["home/bun"] };

    private static string Run(TemporaryFolder folder, string[] program, params string[] arguments) => RealTool.Run("node", [.. program, .. arguments], folder: folder["app"], environment: Environment(folder));
}
