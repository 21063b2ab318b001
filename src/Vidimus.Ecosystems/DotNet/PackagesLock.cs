using System.Text.Json;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.DotNet;

/// <summary>Reads <c>packages.lock.json</c>, NuGet's lock file (versions 1 and 2): for each framework the resolved packages, direct and transitive.</summary>
/// <remarks>Format: NuGet's <c>PackagesLockFile</c>. Entries of the type <c>Project</c> are the solution's own projects. A framework with a runtime (<c>net8.0/linux-x64</c>) tells only what differs.</remarks>
public sealed class PackagesLock : ICollector
{
    public string Name => "dotnet/packages-lock";

    public int Version => 2;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/packages.lock.json", "**/packages.*.lock.json"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        return JsonTree.Read(file, (root, found) => Collect(root, found, file, cancel));
    }

    private static void Collect(JsonElement? root, PackageList found, SourceFile file, CancellationToken cancel)
    {
        var version = root.Member("version") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) ? value : 0;
        if (version is not (1 or 2))
        {
            file.Note($"a NuGet lock file of version {version}, which is not known", Notes.Unsupported);
            return;
        }

        var unresolved = 0;
        foreach (var (framework, dependency) in root.Member("dependencies").Members().SelectMany(framework => JsonTree.Members(framework.Value).Select(dependency => (framework.Name.Split('/')[0], dependency))))
        {
            cancel.ThrowIfCancellationRequested();
            if (string.Equals(JsonTree.Text(dependency.Value, "type"), "Project", StringComparison.OrdinalIgnoreCase)) continue;

            if (JsonTree.Text(dependency.Value, "resolved") is not { Length: > 0 } resolved) unresolved++;
            else found.Add(new() { Type = "nuget", Name = dependency.Name, Version = resolved }, Key(framework, dependency.Name));
            foreach (var needed in JsonTree.Member(dependency.Value, "dependencies").Members()) found.Graph.AddEdge(Key(framework, dependency.Name), Key(framework, needed.Name));
        }

        if (unresolved > 0) file.Note($"{unresolved} packages have no resolved version");
    }

    private static string Key(string framework, string name) => $"{framework} {name.ToUpperInvariant()}";
}
