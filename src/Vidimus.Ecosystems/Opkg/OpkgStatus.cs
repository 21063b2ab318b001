using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Opkg;

/// <summary>Reads opkg's status file: blocks of <c>Field: value</c>, of which those count whose status ends with <c>installed</c>.</summary>
public sealed class OpkgStatus : ICollector
{
    public string Name => "opkg/status";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["usr/lib/opkg/status", "var/lib/opkg/status", "**/lib/opkg/info/*.control"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new PackageList(file);
        var single = file.Name.EndsWith(".control", StringComparison.Ordinal);
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in TextLines.Of(file, cancel).Append(""))
        {
            if (line.Length == 0) Add();
            else if (line[0] is not (' ' or '\t') && line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon) fields.TryAdd(line[..colon], line[(colon + 1)..].Trim());
        }

        return found.Packages;

        void Add()
        {
            if (fields.Count > 0 && (single || fields.GetValueOrDefault("Status")?.EndsWith(" installed", StringComparison.Ordinal) is true))
            {
                if (fields.TryGetValue("Package", out var name) && fields.TryGetValue("Version", out var version)) found.Add(new() { Type = "opkg", Name = name, Version = version, Architecture = fields.GetValueOrDefault("Architecture"), Licenses = fields.TryGetValue("License", out var license) ? [license] : [] });
                else found.Note("a package without a name or a version");
            }

            fields.Clear();
        }
    }
}
