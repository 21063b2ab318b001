using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Pacman;

/// <summary>Reads the description of an installed package in pacman's local database: <c>%KEY%</c> lines, each with values below it up to an empty line.</summary>
public sealed class PacmanDesc : ICollector
{
    public string Name => "pacman/local";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["var/lib/pacman/local/*/desc"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new PackageList(file);
        var values = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        List<string>? at = null;
        foreach (var line in TextLines.Of(file, cancel))
        {
            if (line.Length == 0) at = null;
            else if (at is not null) at.Add(line);
            else if (line is ['%', .. var key, '%']) values.TryAdd(key, at = []);
        }

        if (One("NAME") is not { } name || One("VERSION") is not { } version)
        {
            found.Note("a package without a name or a version");
            return [];
        }

        var source = One("BASE");
        found.Add(new()
        {
            Type = "alpm",
            Name = name,
            Version = version,
            Architecture = One("ARCH"),
            Source = source is null || source == name ? null : new(source, version),
            Vendor = One("PACKAGER"),
            Licenses = values.GetValueOrDefault("LICENSE") ?? [],
        });
        return found.Packages;

        string? One(string key) => values.GetValueOrDefault(key) is [var value, ..] ? value : null;
    }
}
