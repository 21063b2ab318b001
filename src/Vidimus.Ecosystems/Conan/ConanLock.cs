using System.Text.Json;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Conan;

/// <summary>Reads <c>conan.lock</c> of Conan 1 (<c>graph_lock.nodes</c>) and 2 (<c>requires</c>, <c>build_requires</c>, <c>python_requires</c>).</summary>
/// <remarks>A reference is <c>name/version[@user/channel][#revision[%time]]</c>. Conan 2 tells no edges. What is needed to build has the scope <c>dev</c>; a package of one's own in a folder has no <c>/</c> in Conan 1.</remarks>
public sealed class ConanLock : ICollector
{
    public string Name => "conan/lock";

    public int Version => 2;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/conan.lock"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        return JsonTree.Read(file, (document, found) =>
        {
            JsonElement? root = document;
            foreach (var reference in JsonTree.Texts(root, "requires")) Add(found, reference, null);
            foreach (var reference in JsonTree.Texts(root, "build_requires").Concat(JsonTree.Texts(root, "python_requires"))) Add(found, reference, "dev");
            foreach (var node in root.Member("graph_lock").Member("nodes").Members())
            {
                if (JsonTree.Text(node.Value, "path") is null && JsonTree.Text(node.Value, "ref") is { } reference) Add(found, reference, JsonTree.Text(node.Value, "context") is "build" ? "dev" : null, node.Name);
                foreach (var needed in JsonTree.Texts(node.Value, "requires").Concat(JsonTree.Texts(node.Value, "build_requires"))) found.Graph.AddEdge(node.Name, needed);
            }
        });
    }

    private static void Add(PackageList found, string reference, string? scope, params ReadOnlySpan<string> keys)
    {
        var text = reference.Split('#', '%', '@')[0];
        if (text.Split('/') is [{ Length: > 0 } name, { Length: > 0 } version]) found.Add(new() { Type = "conan", Name = name, Version = version, Scope = scope }, keys);
        else found.Note($"not a reference: {PackageList.Shown(reference)}");
    }
}
