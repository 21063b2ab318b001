using System.Buffers;
using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Java;

/// <summary>Reads Gradle's version catalogs, <c>*.versions.toml</c>: the libraries and plugins that a build may name, with the versions that it asks for.</summary>
/// <remarks>
/// Format: Gradle's manual, "Version catalogs": a library is <c>"group:artifact:version"</c> or a table, a version is a text, a table (<c>strictly</c>, <c>require</c>, <c>prefer</c>) or the
/// name of one (<c>version.ref</c>). A range or a dynamic version is no version. A plugin is known to Maven as <c>ID:ID.gradle.plugin</c>.
/// </remarks>
public sealed class GradleCatalog : ICollector
{
    private static readonly SearchValues<char> NoVersion = SearchValues.Create("[](),+");

    public string Name => "java/gradle-catalog";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/*.versions.toml"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var root = TomlDocument.Parse(file.ReadAll(TomlFiles.Largest).Span);
        var versions = root.Table("versions");
        var found = new PackageList(file);
        foreach (var (alias, node) in root.Table("libraries")?.Members ?? new Dictionary<string, TomlNode>())
        {
            var parts = node switch
            {
                TomlValue { Kind: TomlKind.Text } text => text.Text.Split(':'),
                TomlTable table when table.Text("module") is { } module => [.. module.Split(':'), Asked(table, versions)],
                TomlTable table => [table.Text("group") ?? "", table.Text("name") ?? "", Asked(table, versions)],
                _ => [],
            };
            if (parts is [{ Length: > 0 } group, { Length: > 0 } artifact, var version]) found.Add(new() { Type = "maven", Namespace = group, Name = artifact, Version = Exact(version) });
            else found.Note($"a library that is none: {PackageList.Shown(alias)}");
        }

        foreach (var (alias, node) in root.Table("plugins")?.Members ?? new Dictionary<string, TomlNode>())
        {
            var (id, version) = node switch
            {
                TomlValue { Kind: TomlKind.Text } text when text.Text.Split(':') is [var plugin, var its] => (plugin, its),
                TomlTable table => (table.Text("id"), Asked(table, versions)),
                _ => (null, ""),
            };
            if (!string.IsNullOrEmpty(id)) found.Add(new() { Type = "maven", Namespace = id, Name = $"{id}.gradle.plugin", Version = Exact(version), Scope = "dev" });
            else found.Note($"a plugin that is none: {PackageList.Shown(alias)}");
        }

        return found.Packages;
    }

    private static string Asked(TomlTable entry, TomlTable? versions)
    {
        if (entry.Text("version") is { } text) return text;
        if (entry.Table("version") is not { } table) return "";
        if (table.Text("ref") is not { } name) return Rich(table);
        return versions?.Text(name) ?? (versions?.Table(name) is { } rich ? Rich(rich) : "");
    }

    private static string Rich(TomlTable version) => version.Text("strictly") is { } strictly && Exact(strictly).Length > 0 ? strictly : version.Text("require") ?? version.Text("prefer") ?? "";

    private static string Exact(string version) => version.AsSpan().ContainsAny(NoVersion) || version.StartsWith("latest.", StringComparison.Ordinal) ? "" : version;
}
