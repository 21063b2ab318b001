using System.Text;
using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Go;

/// <summary>Reads <c>go.mod</c>: the modules that the main module requires, after its replacements and exclusions.</summary>
/// <remarks>
/// Format: go.dev/ref/mod. A module replaced by a folder is the user's own code and left out; one replaced by another module is that other one; a requirement of an excluded version
/// counts for nothing, as in the go command. Requirements marked <c>// indirect</c> are built in like the others and have no scope.
/// The <c>go</c> line only names the oldest release that will do, so the standard library is listed (<c>stdlib</c>, as advisories call it) only where a <c>toolchain</c> line names the one in use.
/// Not read: the module cache (folders <c>NAME@vVERSION</c>), whose files tell what others require, and <c>testdata</c>, which the go command passes over too.
/// </remarks>
public sealed class GoMod : ICollector
{
    /// <summary>All is kept until the end, where replacements hold; real files have a hundredth.</summary>
    private const long Largest = 4 << 20;

    public string Name => "go/mod";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/go.mod"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        if (file.Folder.Split('/').Any(IsPassedOver)) return [];

        if (file.Length > Largest) throw new InvalidDataException($"larger than {Largest} bytes, which no go.mod is");

        var found = new PackageList(file);
        var requirements = new List<(string Path, string Version)>();
        var excluded = new HashSet<(string, string)>();
        var replaced = new Dictionary<(string Path, string? Version), (string Path, string? Version)>();
        string? toolchain = null;
        foreach (var words in Statements(file, cancel))
        {
            switch (words)
            {
                case ["require", var path, var version]:
                    requirements.Add((path, version));
                    break;
                case ["exclude", var path, var version]:
                    excluded.Add((path, version));
                    break;
                case ["replace", var path, "=>", var by]:
                    replaced[(path, null)] = (by, null);
                    break;
                case ["replace", var path, "=>", var by, var byVersion]:
                    replaced[(path, null)] = (by, byVersion);
                    break;
                case ["replace", var path, var version, "=>", var by]:
                    replaced[(path, version)] = (by, null);
                    break;
                case ["replace", var path, var version, "=>", var by, var byVersion]:
                    replaced[(path, version)] = (by, byVersion);
                    break;
                case ["toolchain", ['g', 'o', ..] release]:
                    toolchain = release;
                    break;
                case ["require" or "exclude" or "replace", ..]:
                    found.Note($"not understood: {PackageList.Shown(string.Join(' ', words))}");
                    break;
            }
        }

        foreach (var (path, version) in requirements)
        {
            if (excluded.Contains((path, version))) continue;
            if (!replaced.TryGetValue((path, version), out var by) && !replaced.TryGetValue((path, null), out by)) by = (path, version);
            if (by.Version is not null) found.Add(Module(by.Path, by.Version));
        }

        if (toolchain is not null) found.Add(Module("stdlib", GoEcosystem.Comparable(toolchain) ?? ""));
        return found.Packages;
    }

    /// <summary><c>testdata</c>, and the module cache's <c>NAME@vVERSION</c>.</summary>
    internal static bool IsPassedOver(string folder) =>
        folder == "testdata" || (folder.LastIndexOf("@v", StringComparison.Ordinal) is > 0 and var at && at + 2 < folder.Length && char.IsAsciiDigit(folder[at + 2]));

    internal static Package Module(string path, string version)
    {
        var slash = path.LastIndexOf('/');
        return new() { Type = "golang", Namespace = slash > 0 ? path[..slash] : null, Name = path[(slash + 1)..], Version = version };
    }

    /// <summary>The statements as words, those of a block with the block's word before each.</summary>
    internal static IEnumerable<List<string>> Statements(SourceFile file, CancellationToken cancel)
    {
        string? block = null;
        foreach (var line in TextLines.Of(file, cancel))
        {
            var words = Words(line);
            if (words is [")"]) block = null;
            else if (block is null && words is [var word, "("]) block = word;
            else if (words.Count > 0)
            {
                if (block is not null) words.Insert(0, block);
                yield return words;
            }
        }
    }

    /// <summary>Words are parted by white space and <c>( ) [ ] { } ,</c>, may be quoted, and end at <c>//</c>.</summary>
    private static List<string> Words(string line)
    {
        const string Signs = "()[]{},";
        var words = new List<string>();
        for (var i = 0; i < line.Length;)
        {
            var c = line[i];
            if (c is ' ' or '\t') i++;
            else if (string.CompareOrdinal(line, i, "//", 0, 2) == 0) break;
            else if (Signs.Contains(c, StringComparison.Ordinal)) words.Add(line[i++].ToString());
            else if (c is '"' or '`')
            {
                var end = line.IndexOf(c, i + 1);
                if (end < 0) end = line.Length;
                words.Add(line[(i + 1)..end]);
                i = end + 1;
            }
            else
            {
                var word = new StringBuilder();
                while (i < line.Length && line[i] is not (' ' or '\t') && !Signs.Contains(line[i], StringComparison.Ordinal) && string.CompareOrdinal(line, i, "//", 0, 2) != 0) word.Append(line[i++]);
                words.Add(word.ToString());
            }
        }

        return words;
    }
}
