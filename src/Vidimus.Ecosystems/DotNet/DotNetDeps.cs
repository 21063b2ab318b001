using System.Text.Json;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.DotNet;

/// <summary>Reads <c>NAME.deps.json</c>, the list by which .NET's host finds an application's assemblies: the packages that are deployed with it, and the runtime.</summary>
/// <remarks>
/// Format: <c>runtimeTarget.name</c> names one of <c>targets</c>, whose members <c>NAME/VERSION</c> have the files of each library; <c>libraries</c> tells their type.
/// A package from which the target takes no file was put aside for the runtime's own newer copy and is not there: it is left out.
/// The runtime is a package as well, under the name that advisories use (<c>Microsoft.NETCore.App.Runtime.linux-x64</c>): a shared framework's own list says so itself,
/// a self-contained application calls it <c>runtimepack.…</c>.
/// It lists every assembly beside it, so it accounts for them.
/// </remarks>
public sealed class DotNetDeps : ICollector
{
    private const string RuntimePack = "runtimepack.";

    public string Name => "dotnet/deps";

    public int Version => 3;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/*.deps.json"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var isList = false;
        var packages = JsonTree.Read(file, (root, found) => isList = Collect(root, found, file, cancel));
        return isList ? [.. packages, new Accounts(file.Folder, Below: false)] : packages;
    }

    /// <returns>Whether it is such a list.</returns>
    private static bool Collect(JsonElement? root, PackageList found, SourceFile file, CancellationToken cancel)
    {
        if (root.Member("libraries") is not { ValueKind: JsonValueKind.Object } libraries)
        {
            file.Note("a deps.json without libraries");
            return false;
        }

        var left = LeftOut(root);
        foreach (var library in JsonTree.Members(libraries))
        {
            cancel.ThrowIfCancellationRequested();
            var slash = library.Name.IndexOf('/', StringComparison.Ordinal);
            if (slash <= 0) continue;

            var name = library.Name[..slash];
            var type = JsonTree.Text(library.Value, "type");
            if (string.Equals(type, "runtimepack", StringComparison.OrdinalIgnoreCase))
            {
                if (name.StartsWith(RuntimePack, StringComparison.OrdinalIgnoreCase)) name = name[RuntimePack.Length..];
            }
            else if (!string.Equals(type, "package", StringComparison.OrdinalIgnoreCase) || left.Contains(library.Name))
            {
                continue;
            }

            found.Add(new() { Type = "nuget", Name = name, Version = library.Name[(slash + 1)..] }, library.Name);
        }

        foreach (var library in root.Member("targets").Members().SelectMany(target => JsonTree.Members(target.Value)))
        {
            foreach (var needed in JsonTree.Member(library.Value, "dependencies").Members()) found.Graph.AddEdge(library.Name, $"{needed.Name}/{JsonTree.Text(needed.Value)}");
        }

        return true;
    }

    /// <summary>The libraries that the target tells of and takes no file from.</summary>
    private static HashSet<string> LeftOut(JsonElement? root)
    {
        var runtimeTarget = root.Member("runtimeTarget");
        if ((runtimeTarget.Text() ?? runtimeTarget.Text("name")) is not { } name) return []; // a plain string in the format of .NET Core 1

        return root.Member("targets").Member(name).Members()
            .Where(library => !JsonTree.Members(library.Value).Any(assets => assets.Name is "runtime" or "native" or "runtimeTargets" or "resources" && JsonTree.Members(assets.Value).Any()))
            .Select(library => library.Name)
            .ToHashSet(StringComparer.Ordinal);
    }
}
