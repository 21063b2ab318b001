using System.Text.Json;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.R;

/// <summary>Reads R's <c>renv.lock</c>: <c>Packages</c> by name with <c>Version</c>, <c>Source</c> and <c>Repository</c>.</summary>
/// <remarks>Format: rstudio.github.io/renv. Bioconductor's packages are of the type <c>bioconductor</c>; a package from a folder is the user's own.</remarks>
public sealed class RenvLock : ICollector
{
    public string Name => "r/renv-lock";

    public int Version => 2;

    /// <summary>renv up to 1.0 writes names as <c>Requirements</c>; later ones copy the package's description.</summary>
    private static readonly string[] Needs = ["Requirements", "Depends", "Imports", "LinkingTo"];

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/renv.lock"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        return JsonTree.Read(file, (document, found) =>
        {
            JsonElement? root = document;
            foreach (var package in root.Member("Packages").Members())
            {
                var source = JsonTree.Text(package.Value, "Source");
                if (source is "Local") continue;
                if (JsonTree.Text(package.Value, "Version") is not { } version) found.Note($"a package without a version: {PackageList.Shown(package.Name)}");
                else found.Add(new() { Type = source is "Bioconductor" ? "bioconductor" : "cran", Name = JsonTree.Text(package.Value, "Package") ?? package.Name, Version = version }, package.Name);
                foreach (var needed in Needs.SelectMany(member => JsonTree.Texts(package.Value, member))) found.Graph.AddEdge(package.Name, needed.Split(' ', '(', '\n')[0]);
            }
        });
    }
}
