using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Julia;

/// <summary>Reads Julia's <c>Manifest.toml</c>: in format 2 <c>[[deps.Name]]</c>, in format 1 <c>[[Name]]</c>, each with a <c>uuid</c> and a <c>version</c>.</summary>
/// <remarks>Format: the Pkg documentation. Only what was fetched has a <c>git-tree-sha1</c>; the rest is Julia's own standard library or the user's folder and left out.</remarks>
public sealed class JuliaManifest : ICollector
{
    public string Name => "julia/manifest";

    public int Version => 2;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/Manifest.toml", "**/Manifest-v*.toml", "**/JuliaManifest.toml"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new PackageList(file);
        var root = TomlDocument.Parse(file.ReadAll(TomlFiles.Largest).Span);
        var packages = root.Text("manifest_format") is null ? root : root.Table("deps");
        foreach (var name in packages?.Members.Keys ?? [])
        {
            foreach (var package in packages!.Tables(name))
            {
                if (package.Text("git-tree-sha1") is not null && package.Text("uuid") is not null) found.Add(new() { Type = "julia", Name = name, Version = package.Text("version") ?? "" }, name);
                foreach (var needed in package.Texts("deps").Concat(package.Table("deps")?.Members.Keys ?? [])) found.Graph.AddEdge(name, needed);
            }
        }

        return found.Packages;
    }
}
