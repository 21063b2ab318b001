using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.R;

/// <summary>Reads the <c>DESCRIPTION</c> of an installed R package: <c>Field: value</c> lines, one of which is <c>Built</c>.</summary>
/// <remarks>Format: "Writing R Extensions". Without <c>Built</c> it is a source package, not an installed one. Bioconductor's packages have <c>biocViews</c>.</remarks>
public sealed class RDescription : ICollector
{
    public string Name => "r/description";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/DESCRIPTION"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new PackageList(file);
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in TextLines.Of(file, cancel).Take(10_000))
        {
            if (line is [' ' or '\t', ..] || line.IndexOf(':', StringComparison.Ordinal) is not (> 0 and < 64 and var colon)) continue;
            fields.TryAdd(line[..colon], line[(colon + 1)..].Trim());
        }

        if (fields.ContainsKey("Built") && fields.TryGetValue("Package", out var name) && fields.TryGetValue("Version", out var version))
        {
            found.Add(new()
            {
                Type = fields.ContainsKey("biocViews") ? "bioconductor" : "cran",
                Name = name,
                Version = version,
                Licenses = fields.TryGetValue("License", out var license) && license.Length is > 0 and <= 256 ? [license] : [],
            });
        }

        return found.Packages;
    }
}
