using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Npm;

/// <summary>Reads Yarn's <c>yarn.lock</c>: version 1 in its own format, those of Yarn 2 and later in YAML.</summary>
/// <remarks>
/// Version 1: blocks of which the first line holds the specifiers that it answers (<c>"@s/a@^1.0", b@2:</c>) and the indented ones the fields, <c>version "1.2.3"</c>.
/// Later: a <c>__metadata</c> block, and for each package a <c>resolution</c>, <c>name@npm:1.2.3</c>; what is linked (<c>linkType: soft</c>) or comes from a folder is the user's own.
/// What a package needs is named by specifiers. Neither form tells what is there for development alone, so nothing has a scope.
/// </remarks>
public sealed class YarnLock : ICollector
{
    private const int MostLines = 5_000_000;

    public string Name => "npm/yarn-lock";

    public int Version => 2;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/yarn.lock"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (file.Folder.Split('/').Contains("node_modules")) return [];

        var found = new PackageList(file);
        if (IsBerry(file, cancel)) TakeBerry(file, found, cancel);
        else TakeClassic(file, found, cancel);
        return found.Packages;
    }

    /// <summary>Yarn 2 and later write <c>__metadata</c> as the first block.</summary>
    private static bool IsBerry(SourceFile file, CancellationToken cancel) =>
        TextLines.Of(file, cancel).Take(64).FirstOrDefault(line => line.Length > 0 && line[0] is not ('#' or ' ')) is { } first && first.StartsWith("__metadata:", StringComparison.Ordinal);

    private static void TakeBerry(SourceFile file, PackageList found, CancellationToken cancel)
    {
        foreach (var (key, entry) in YamlDocuments.Read(file).SelectMany(root => root.Members()))
        {
            cancel.ThrowIfCancellationRequested();
            if (key == "__metadata" || entry.Text("linkType") is "soft") continue;
            if (entry.Text("resolution") is not { } resolution || !NpmEntries.TrySplit(resolution, out var name, out var locator)) found.Note($"an entry without a resolution: {PackageList.Shown(key)}");
            else if (!NpmEntries.IsFolder(locator))
            {
                found.Add(name, NpmEntries.VersionOrNone(entry.Text("version") ?? ""), scope: null, key.Split(", "));
                foreach (var (needed, range) in entry.Member("dependencies").Members())
                {
                    found.Graph.AddEdge(key.Split(", ")[0], $"{needed}@{range.Text()}");
                    found.Graph.AddEdge(key.Split(", ")[0], $"{needed}@npm:{range.Text()}"); // Yarn 2 and 3 leave the protocol away here
                }
            }
        }
    }

    private static void TakeClassic(SourceFile file, PackageList found, CancellationToken cancel)
    {
        string? specifier = null;
        string[] specifiers = [];
        var isNeeds = false;
        string? version = null;
        var isResolved = false;
        var lines = 0;
        foreach (var line in TextLines.Of(file, cancel))
        {
            if (++lines > MostLines)
            {
                file.Note($"more than {MostLines} lines", Notes.Limit);
                break;
            }

            if (line.Length == 0 || line[0] is '#') continue;
            if (line[0] is not ' ')
            {
                Add();
                specifiers = [.. Specifiers(line)];
                (specifier, version, isResolved) = (specifiers[0], null, false);
                isNeeds = false;
                if (!line.EndsWith(':')) found.Note($"not understood: {PackageList.Shown(line)}");
            }
            else if (line.StartsWith("    ", StringComparison.Ordinal))
            {
                if (isNeeds && line.Trim().Split(' ', 2) is [var needed, var range]) found.Graph.AddEdge(specifier ?? "", $"{needed.Trim('"')}@{range.Trim('"')}");
            }
            else if (line is "  dependencies:" or "  optionalDependencies:") isNeeds = true;
            else if (line.StartsWith("  version ", StringComparison.Ordinal)) version = line[10..].Trim('"');
            else if (line.StartsWith("  resolved ", StringComparison.Ordinal)) isResolved = true;
        }

        Add();

        void Add()
        {
            if (specifier is null) return;
            if (version is null || !NpmEntries.TrySplit(specifier, out var name, out var range))
            {
                found.Note($"an entry without a version: {PackageList.Shown(specifier)}");
                return;
            }

            if (!isResolved && (NpmEntries.IsFolder(range) || range.StartsWith('.') || range.StartsWith('/'))) return;
            if (range.StartsWith("npm:", StringComparison.Ordinal)) name = NpmEntries.TrySplit(range[4..], out var real, out _) ? real : range[4..];
            found.Add(name, NpmEntries.VersionOrNone(version), scope: null, specifiers);
        }
    }

    /// <summary>A block's specifiers, at least one; each may be quoted.</summary>
    private static IEnumerable<string> Specifiers(string line)
    {
        for (var at = 0; at < line.Length;)
        {
            var isQuoted = line[at] is '"';
            if (isQuoted) at++;
            var end = line.IndexOf(isQuoted ? "\"" : ", ", at, StringComparison.Ordinal);
            yield return end < 0 ? line[at..].TrimEnd(':') : line[at..end];
            if (end < 0) yield break;
            at = end + (isQuoted ? 1 : 0);
            at += line.AsSpan(at).StartsWith(", ") ? 2 : line.Length - at;
        }
    }
}
