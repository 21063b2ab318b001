using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Vcpkg;

/// <summary>Reads vcpkg's <c>installed/vcpkg/status</c>: blocks of <c>Field: value</c>, of which only those of a package itself count and not those of its features.</summary>
/// <remarks>Format: as dpkg's status. A port's own revision (<c>Port-Version</c>) is put behind the version, as vcpkg writes it: <c>1.2.13#1</c>.</remarks>
public sealed class VcpkgStatus : ICollector
{
    public string Name => "vcpkg/status";

    public int Version => 2;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/installed/vcpkg/status", "**/vcpkg_installed/vcpkg/status"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new PackageList(file);
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in TextLines.Of(file, cancel).Append(""))
        {
            if (line.Length == 0) Add();
            else if (line[0] is not ' ' && line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon) fields.TryAdd(line[..colon], line[(colon + 1)..].Trim());
        }

        return found.Packages;

        void Add()
        {
            if (fields.GetValueOrDefault("Status") is "install ok installed" && fields.TryGetValue("Package", out var package))
            {
                var architecture = fields.GetValueOrDefault("Architecture");
                foreach (var needed in fields.GetValueOrDefault("Depends", "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                    found.Graph.AddEdge($"{package}:{architecture}", needed.Contains(':', StringComparison.Ordinal) ? needed : $"{needed}:{architecture}");
            }

            if (fields.GetValueOrDefault("Status") is "install ok installed" && !fields.ContainsKey("Feature"))
            {
                if (fields.TryGetValue("Package", out var name) && fields.TryGetValue("Version", out var version)) found.Add(new() { Type = "vcpkg", Name = name, Version = fields.TryGetValue("Port-Version", out var port) && port is not "0" ? $"{version}#{port}" : version, Architecture = fields.GetValueOrDefault("Architecture") }, $"{name}:{fields.GetValueOrDefault("Architecture")}");
                else found.Note("a package without a name or a version");
            }

            fields.Clear();
        }
    }
}
