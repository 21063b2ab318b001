using System.Text.Json;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.ContainerOptimizedOs;

/// <summary>Reads the list of packages that Google's Container-Optimized OS carries.</summary>
/// <remarks>Format: <c>etc/cos-package-info.json</c> of cos.googlesource.com: <c>installedPackages</c> and <c>buildTimePackages</c>; what only took part in the build is left out.</remarks>
public sealed class CosPackages : ICollector
{
    public string Name => "cos/package-info";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["etc/cos-package-info.json"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        return JsonTree.Read(file, (document, found) =>
        {
            JsonElement? root = document;
            foreach (var item in root.Member("installedPackages").Items())
            {
                JsonElement? entry = item;
                if (entry.Text("name") is not { } name || entry.Text("version") is not { } version) found.Note("a package without a name or a version");
                else found.Add(new() { Type = "cos", Namespace = entry.Text("category"), Name = name, Version = version });
            }
        });
    }
}
