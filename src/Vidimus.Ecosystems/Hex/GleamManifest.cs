using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Hex;

/// <summary>Reads Gleam's <c>manifest.toml</c>: <c>packages</c>, tables with a <c>source</c> of <c>hex</c>, <c>git</c> or <c>local</c>.</summary>
/// <remarks>A local package is the user's own. Of git the version is the one that the package calls itself.</remarks>
public sealed class GleamManifest : ICollector
{
    public string Name => "hex/gleam-manifest";

    public int Version => 2;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/manifest.toml"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new PackageList(file);
        foreach (var package in TomlDocument.Parse(file.ReadAll(TomlFiles.Largest).Span).Tables("packages"))
        {
            if (package.Text("source") is not ("hex" or "git")) continue; // others' manifests have this name too
            if (package.Text("name") is not { } name || package.Text("version") is not { } version) found.Note("a package without a name or a version");
            else
            {
                found.Add(new() { Type = "hex", Name = name, Version = version }, name);
                foreach (var needed in package.Texts("requirements")) found.Graph.AddEdge(name, needed);
            }
        }

        return found.Packages;
    }
}
