using Vidimus.Model.Inventory;
using Vidimus.Testing;

namespace Vidimus.Quality.Tests;

/// <summary>What a vendor's record says of one version of one package: a line of <c>labels.tsv</c>.</summary>
/// <param name="System">os-release's ID and VERSION_ID, or empty for a language's package.</param>
/// <param name="File">Where it stands, below ../shared/advisories, and in it the record, the field and its value.</param>
/// <param name="Date">Of the record, or of the file where records have none.</param>
public sealed record Label(string Family, string System, string Type, string Name, string Version, string Vulnerability, bool IsAffected, string File, string Record, string Field, string Value, string Date)
{
    public static IReadOnlyList<Label> All { get; } = [.. Lines("labels.tsv").Select(Parse)];

    /// <summary>Labels that Vidimus is known to miss, each with the reason: family, name, version and vulnerability, then why.</summary>
    public static IReadOnlySet<string> KnownMisses { get; } = Lines("known-misses.tsv").Select(line => string.Join('\t', line.Split('\t').Take(4))).ToHashSet(StringComparer.Ordinal);

    public string Key => $"{Family}\t{Name}\t{Version}\t{Vulnerability}";

    public Package Package
    {
        get
        {
            var parts = Type == "maven" && Name.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? (Name[..colon], Name[(colon + 1)..]) : ((string?)null, Name);
            return new() { Type = Type, Namespace = parts.Item1, Name = parts.Item2, Version = Version };
        }
    }

    public OsRelease? Os => System.Split(' ') is [var id, var version] ? new(id, version == "edge" ? "3.25.0_alpha20260801" : version, version == "edge" ? "Alpine Linux edge" : null) : null;

    private static Label Parse(string line)
    {
        var parts = line.Split('\t');
        if (parts.Length != 12 || parts[6] is not ("affected" or "clean") || parts.Skip(7).Any(string.IsNullOrEmpty)) throw new InvalidDataException($"a label without its citation: {line}");
        return new(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], parts[6] == "affected", parts[7], parts[8], parts[9], parts[10], parts[11]);
    }

    private static IEnumerable<string> Lines(string name) =>
        global::System.IO.File.ReadLines(Path.Combine(Places.Repository, "tests/Vidimus.Quality.Tests", name)).Where(line => line.Length > 0 && line[0] != '#');
}
