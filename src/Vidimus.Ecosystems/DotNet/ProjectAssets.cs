using System.Text.Json;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.DotNet;

/// <summary>Reads <c>obj/project.assets.json</c>, what NuGet's restore resolved for a project: its <c>libraries</c> of the type <c>package</c>.</summary>
/// <remarks>A package of which no target takes anything but build files (<c>build</c>, <c>buildTransitive</c>, <c>contentFiles</c>) is there for the build and has the scope <c>dev</c>.</remarks>
public sealed class ProjectAssets : ICollector
{
    public string Name => "dotnet/project-assets";

    public int Version => 2;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/project.assets.json"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        return JsonTree.Read(file, (root, found) => Collect(root, found, cancel));
    }

    private static void Collect(JsonElement? root, PackageList found, CancellationToken cancel)
    {
        var (runs, builds) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var library in root.Member("targets").Members().SelectMany(target => JsonTree.Members(target.Value)))
        {
            cancel.ThrowIfCancellationRequested();
            var kinds = JsonTree.Members(library.Value).Select(m => m.Name).ToHashSet(StringComparer.Ordinal);
            if (kinds.Overlaps(["compile", "runtime", "native", "runtimeTargets", "resource", "frameworkReferences"]) || !kinds.Overlaps(["build", "buildTransitive", "buildMultiTargeting", "contentFiles"])) runs.Add(library.Name);
            else builds.Add(library.Name);
        }

        foreach (var library in root.Member("libraries").Members())
        {
            cancel.ThrowIfCancellationRequested();
            if (!string.Equals(JsonTree.Text(library.Value, "type"), "package", StringComparison.OrdinalIgnoreCase)) continue;
            if (library.Name.IndexOf('/', StringComparison.Ordinal) is not (> 0 and var slash)) found.Note($"not a library's key: {PackageList.Shown(library.Name)}");
            else found.Add(new() { Type = "nuget", Name = library.Name[..slash], Version = library.Name[(slash + 1)..], Scope = builds.Contains(library.Name) && !runs.Contains(library.Name) ? "dev" : null }, library.Name);
        }

        foreach (var target in root.Member("targets").Members())
        {
            var keys = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            foreach (var library in JsonTree.Members(target.Value)) keys.TryAdd(library.Name.Split('/')[0], library.Name);
            foreach (var library in JsonTree.Members(target.Value))
            {
                foreach (var needed in JsonTree.Member(library.Value, "dependencies").Members()) if (keys.TryGetValue(needed.Name, out var key)) found.Graph.AddEdge(library.Name, key);
            }
        }
    }
}
