using System.Text.Json;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Nim;

/// <summary>Reads Nim's <c>nimble.lock</c>: <c>packages</c> by name with <c>version</c>.</summary>
/// <remarks>Format: nimble's documentation, versions 1 and 2. What follows a branch has <c>#head</c> for a version, which is none.</remarks>
public sealed class NimbleLock : ICollector
{
    public string Name => "nim/nimble-lock";

    public int Version => 2;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/nimble.lock"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        return JsonTree.Read(file, (document, found) =>
        {
            JsonElement? root = document;
            foreach (var package in root.Member("packages").Members())
            {
                foreach (var needed in JsonTree.Texts(package.Value, "dependencies")) found.Graph.AddEdge(package.Name, needed);
                if (package.Name is not "nim") found.Add(new() { Type = "nimble", Name = package.Name, Version = JsonTree.Text(package.Value, "version") is { } version && !version.StartsWith('#') ? version : "" }, package.Name);
            }
        });
    }
}
