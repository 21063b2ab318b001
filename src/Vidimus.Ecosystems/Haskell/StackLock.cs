using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Haskell;

/// <summary>Reads Stack's <c>stack.yaml.lock</c>: <c>packages</c> whose <c>completed</c> has <c>hackage: NAME-1.2.3@sha256:…</c>, or a repository with name and version.</summary>
/// <remarks>Format: docs.haskellstack.org. What the snapshot brings is not listed in the file.</remarks>
public sealed class StackLock : ICollector
{
    public string Name => "haskell/stack-lock";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/stack.yaml.lock"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new PackageList(file);
        foreach (var package in YamlDocuments.Read(file).SelectMany(root => root.Member("packages").Items()))
        {
            var completed = package.Member("completed");
            if (completed.Text("hackage") is { } hackage && hackage.Split('@')[0] is var id && id.LastIndexOf('-') is > 0 and var hyphen) found.Add(new() { Type = "hackage", Name = id[..hyphen], Version = id[(hyphen + 1)..] });
            else if (completed.Text("name") is { } name) found.Add(new() { Type = "hackage", Name = name, Version = completed.Text("version") ?? "" });
            else found.Note("a package without a name");
        }

        return found.Packages;
    }
}
