using System.Text.Json;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Swift;

/// <summary>Reads Swift's <c>Package.resolved</c>, versions 1 to 3.</summary>
/// <remarks>
/// Format: the Swift package manager's documentation. Version 1 has <c>object.pins</c> with a <c>repositoryURL</c>, later ones <c>pins</c> with a <c>location</c>. A package is known by its repository's
/// host and path, as purls and advisories name it; what is pinned to a branch or a commit has no version; a repository on this machine is the user's own.
/// </remarks>
public sealed class PackageResolved : ICollector
{
    public string Name => "swift/package-resolved";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/Package.resolved", "**/.package.resolved"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        return JsonTree.Read(file, (document, found) =>
        {
            JsonElement? root = document;
            foreach (var pin in root.Member("pins").Items().Concat(root.Member("object").Member("pins").Items()))
            {
                var version = JsonTree.Text(JsonTree.Member(pin, "state"), "version") ?? "";
                var kind = JsonTree.Text(pin, "kind");
                var location = JsonTree.Text(pin, "location") ?? JsonTree.Text(pin, "repositoryURL");
                if (kind is "localSourceControl" or "fileSystem" || location is ['/' or '.', ..]) continue;
                if (kind is "registry" && JsonTree.Text(pin, "identity") is { } identity && identity.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot) found.Add(new() { Type = "swift", Namespace = identity[..dot], Name = identity[(dot + 1)..], Version = version });
                else if (location is not null && RepositoryName.TryParse(location, out var space, out var name)) found.Add(new() { Type = "swift", Namespace = space, Name = name, Version = version });
                else found.Note($"a pin without a repository: {PackageList.Shown(location ?? kind ?? "")}");
            }
        });
    }
}
