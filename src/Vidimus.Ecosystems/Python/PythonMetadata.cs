using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Python;

/// <summary>Reads the metadata of installed Python distributions: <c>*.dist-info/METADATA</c>, <c>*.egg-info/PKG-INFO</c>, <c>*.egg-info</c> as a file, <c>EGG-INFO/PKG-INFO</c>.</summary>
/// <remarks>
/// Format: the core metadata specification (packaging.python.org): mail headers, then the description, which is not read. The licence is <c>License-Expression</c>, else a
/// <c>License</c> of one line, else the licences among the classifiers. Names are kept as written; <see cref="PythonEcosystem"/> knows which are the same.
/// </remarks>
public sealed class PythonMetadata : ICollector
{
    private const int LongestLicense = 200;

    /// <summary>More header lines than any real file has (a licence's full text included); the description comes after them.</summary>
    private const int MostLines = 100_000;

    public string Name => "python/metadata";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } =
    [
        FileGlob.Of("**/*.dist-info/METADATA", ignoreCase: true),
        FileGlob.Of("**/*.egg-info/PKG-INFO", ignoreCase: true),
        FileGlob.Of("**/*.egg-info", ignoreCase: true),
        FileGlob.Of("**/EGG-INFO/PKG-INFO", ignoreCase: true),
    ];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        string? name = null;
        string? version = null;
        string? expression = null;
        string? license = null;
        var classifiers = new List<string>();
        foreach (var (key, value) in Headers(file, cancel))
        {
            switch (key.ToLowerInvariant())
            {
                case "name": name ??= value; break;
                case "version": version ??= value; break;
                case "license-expression": expression ??= value; break;
                case "license" when license is null && value is not ("" or "UNKNOWN") && value.Length <= LongestLicense: license = value; break;
                case "classifier" when classifiers.Count < 64 && License(value) is { } classified: classifiers.Add(classified); break;
            }
        }

        var found = new PackageList(file);
        if (string.IsNullOrEmpty(name) || string.IsNullOrEmpty(version)) file.Note("no Name or no Version");
        else found.Add(new() { Type = "pypi", Name = name, Version = version, Licenses = expression is { Length: > 0 } ? [expression] : license is not null ? [license] : classifiers });
        return found.Packages;
    }

    /// <summary>The headers, one a line; a value that goes on over further lines is a text and given as empty. Ends at the blank line.</summary>
    private static IEnumerable<(string Key, string Value)> Headers(SourceFile file, CancellationToken cancel)
    {
        var lines = 0;
        (string Key, string Value)? last = null;
        foreach (var line in TextLines.Of(file, cancel))
        {
            if (line.Length == 0) break;
            if (++lines > MostLines)
            {
                file.Note($"more than {MostLines} lines of headers", Notes.Limit);
                break;
            }

            if (line[0] is ' ' or '\t')
            {
                if (last is { } folded) last = (folded.Key, "");
                continue;
            }

            if (last is { } whole) yield return whole;
            last = line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? (line[..colon], line[(colon + 1)..].Trim()) : null;
        }

        if (last is { } end) yield return end;
    }

    /// <summary><c>License :: OSI Approved :: MIT License</c> gives its last part.</summary>
    private static string? License(string classifier) =>
        classifier.StartsWith("License ::", StringComparison.Ordinal) && classifier.Split("::")[^1].Trim() is { Length: > 0 and <= LongestLicense } name and not "OSI Approved" ? name : null;
}
