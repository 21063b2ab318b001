using System.Text.Json;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Npm;

/// <summary>Reads bun's text lock file, <c>bun.lock</c>: JSON with trailing commas, where <c>packages</c> are arrays that begin with <c>name@version</c>.</summary>
/// <remarks>
/// A key is the place in the tree (<c>express/debug</c>); an alias' key is the alias, its array has the package's own name. What is for development is not told and follows from
/// <c>workspaces</c>, looking each dependency up the tree as Node.js does. The older binary form, <c>bun.lockb</c>, is <see cref="BunBinaryLock"/>'s.
/// </remarks>
public sealed class BunLock : ICollector
{
    public string Name => "npm/bun-lock";

    public int Version => 2;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/bun.lock"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Folder.Split('/').Contains("node_modules") ? [] : JsonTree.Read(file, (root, found) => Take(root, found, cancel));
    }

    private static void Take(JsonElement? root, PackageList found, CancellationToken cancel)
    {
        var packages = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var package in root.Member("packages").Members()) packages.TryAdd(package.Name, package.Value);
        var scopes = Scopes(root, packages, found.Graph);
        foreach (var (key, entry) in packages)
        {
            cancel.ThrowIfCancellationRequested();
            if (JsonTree.Items(entry).Select(item => JsonTree.Text(item)).FirstOrDefault() is not { } id || !NpmEntries.TrySplit(id, out var name, out var version))
            {
                found.Note($"an entry without a name and a version: {PackageList.Shown(key)}");
            }
            else if (!NpmEntries.IsFolder(version))
            {
                found.Add(name, NpmEntries.VersionOrNone(version), scopes.GetValueOrDefault(key), key);
            }
        }
    }

    private static Dictionary<string, string?> Scopes(JsonElement? root, Dictionary<string, JsonElement> packages, DependencyGraph graph)
    {
        foreach (var workspace in root.Member("workspaces").Members())
        {
            var at = JsonTree.Text(workspace.Value, "name") ?? "";
            AddRoots(workspace.Value, "dependencies", null);
            AddRoots(workspace.Value, "peerDependencies", null);
            AddRoots(workspace.Value, "optionalDependencies", "optional");
            AddRoots(workspace.Value, "devDependencies", "dev");

            void AddRoots(JsonElement from, string member, string? scope)
            {
                foreach (var dependency in JsonTree.Member(from, member).Members()) if (NpmEntries.Resolve(packages.ContainsKey, at, "/", dependency.Name) is { } key) graph.AddRoot(key, scope);
            }
        }

        foreach (var (key, entry) in packages)
        {
            JsonElement? information = JsonTree.Items(entry).Where(item => item.ValueKind is JsonValueKind.Object).Select(item => (JsonElement?)item).FirstOrDefault();
            AddEdges("dependencies", optional: false);
            AddEdges("peerDependencies", optional: false);
            AddEdges("optionalDependencies", optional: true);

            void AddEdges(string member, bool optional)
            {
                foreach (var dependency in information.Member(member).Members()) if (NpmEntries.Resolve(packages.ContainsKey, key, "/", dependency.Name) is { } to) graph.AddEdge(key, to, optional);
            }
        }

        return graph.Scopes();
    }
}
