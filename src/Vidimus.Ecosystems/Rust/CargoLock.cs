using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Rust;

/// <summary>Reads <c>Cargo.lock</c> of every version (1 with its <c>[metadata]</c> and <c>[root]</c> up to 4): the array of <c>package</c> tables.</summary>
/// <remarks>
/// A package without a <c>source</c> is a member of the workspace or lies at a path: the user's own code, left out. What is listed comes from a registry or a git repository.
/// A dependency is named by as much as tells it apart: <c>name</c>, <c>name version</c> or <c>name version (source)</c>.
/// Cargo does not say there what is only for building or testing, so there is no scope.
/// </remarks>
public sealed class CargoLock : ICollector
{
    public string Name => "rust/cargo-lock";

    public int Version => 2;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/Cargo.lock"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        var found = new PackageList(file);
        foreach (var package in TomlDocument.Parse(file.ReadAll(TomlFiles.Largest).Span).Tables("package"))
        {
            if (package.Text("name") is not { } name || package.Text("version") is not { } version) found.Note("a package without a name or a version");
            else if (package.Text("source") is { } source)
            {
                found.Add(new() { Type = "cargo", Name = name, Version = version }, name, $"{name} {version}", $"{name} {version} ({source})");
                foreach (var needed in package.Texts("dependencies")) found.Graph.AddEdge($"{name} {version}", needed);
            }
        }

        return found.Packages;
    }
}
