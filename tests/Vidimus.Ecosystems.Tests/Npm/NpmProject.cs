using System.Text.Json;
using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests.Npm;

/// <summary>A project that the real npm installed: an alias, a scope, a workspace, a linked folder, a tarball that bundles a package, development and optional parts.</summary>
public sealed class NpmProject : IDisposable
{
    private readonly TemporaryFolder folder = Places.Temporary();

    public NpmProject()
    {
        RealTool.Require("node", "npm", "tar");
        Write("package.json", """
            {"name":"fixture","version":"1.0.0","workspaces":["packages/*"],
             "dependencies":{"minimist":"1.2.5","lodash":"4.17.20","express":"4.17.1","old-minimist":"npm:minimist@0.0.8","@types/node":"18.0.0","local-dep":"file:./local-dep",
                             "bundler":"file:./bundler-1.0.0.tgz","resolve":"1.22.0"},
             "devDependencies":{"semver":"7.5.1","rimraf":"3.0.0"},"optionalDependencies":{"fsevents":"2.3.2"}}
            """);
        Write("local-dep/package.json", """{"name":"local-dep","version":"0.1.0","dependencies":{"ms":"2.0.0"}}""");
        Write("packages/one/package.json", """{"name":"one","version":"0.2.0","dependencies":{"ms":"2.1.2"}}""");

        // A tarball as its author published it: a bundled package, test data that looks like an installed one, a lock file of his own.
        Write("t/package/package.json", """{"name":"bundler","version":"1.0.0","bundleDependencies":["inner"],"dependencies":{"inner":"^3.0.0"}}""");
        Write("t/package/node_modules/inner/package.json", """{"name":"inner","version":"3.2.1"}""");
        Write("t/package/test/node_modules/fake/package.json", """{"name":"fake","version":"9.9.9"}""");
        Write("t/package/package-lock.json", """{"lockfileVersion":3,"packages":{"node_modules/authors-own":{"version":"1.0.0"}}}""");
        RealTool.Run("tar", ["-C", folder["t"], "-czf", folder["bundler-1.0.0.tgz"], "package"]);
        Directory.Delete(folder["t"], recursive: true);

        foreach (var version in new[] { 1, 2 })
        {
            Npm("install", "--package-lock-only", "--lockfile-version", version.ToString());
            File.Move(folder["package-lock.json"], folder[$"lock{version}"]);
        }

        Npm("install", "--lockfile-version", "3");
        File.Copy(folder["package-lock.json"], folder["lock3"]);
    }

    public string Path => folder.Path;

    public string Lock(int version) => File.ReadAllText(folder[$"lock{version}"]);

    /// <summary>What <c>npm ls</c> lists as there, without the links to the user's own folders; <c>name@version</c> each once, ordered.</summary>
    public List<string> Listed => field ??= List();

    private List<string> List()
    {
        var listed = new SortedSet<string>(StringComparer.Ordinal);
        using var tree = JsonDocument.Parse(Npm("ls", "--all", "--json", "--long"), new() { MaxDepth = 256 });
        Walk(tree.RootElement, listed);
        return [.. listed];
    }

    internal static void Walk(JsonElement node, SortedSet<string> listed)
    {
        if (!node.TryGetProperty("dependencies", out var dependencies)) return;
        foreach (var dependency in dependencies.EnumerateObject())
        {
            Walk(dependency.Value, listed);
            if (!dependency.Value.TryGetProperty("version", out var version)) continue;
            var isLink = dependency.Value.TryGetProperty("resolved", out var resolved) && resolved.GetString()!.StartsWith("file:", StringComparison.Ordinal) && !resolved.GetString()!.EndsWith(".tgz", StringComparison.Ordinal);
            if (!isLink) listed.Add($"{dependency.Value.GetProperty("name").GetString()}@{version.GetString()}");
        }
    }

    /// <summary>What npm's selector marks as being there for development alone.</summary>
    public List<string> ForDevelopment => field ??= Query();

    private List<string> Query()
    {
        using var answer = JsonDocument.Parse(Npm("query", "*"), new() { MaxDepth = 256 });
        var packages = answer.RootElement.EnumerateArray().ToLookup(p => p.GetProperty("dev").GetBoolean(), p => $"{p.GetProperty("name").GetString()}@{p.GetProperty("version").GetString()}");
        return [.. packages[true].Except(packages[false]).Order(StringComparer.Ordinal)];
    }

    public void Dispose() => folder.Dispose();

    private string Npm(params string[] arguments) => RealTool.Run("npm", [.. arguments, "--ignore-scripts", "--no-audit", "--no-fund"], folder: folder.Path);

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(folder[path])!);
        File.WriteAllText(folder[path], text);
    }
}
