using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Ruby;

/// <summary>Reads the specifications of installed gems, default gems included: Ruby code that RubyGems writes in one fixed form.</summary>
/// <remarks>
/// RubyGems reads the comment <c># stub: NAME VERSION PLATFORM PATHS</c> so that it need not run the rest; so do we. Older files have the assignments <c>s.name = "x".freeze</c>
/// alone; where the version is computed the file's name tells it. The platform is no part of the version. A <c>*.gemspec</c> that lies elsewhere is a gem's source, not an installed gem.
/// </remarks>
public sealed class InstalledGems : ICollector
{
    /// <summary>What is looked for stands in the first dozens of lines.</summary>
    private const int MostLines = 10_000;

    public string Name => "ruby/gemspec";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/specifications/*.gemspec", "**/specifications/default/*.gemspec"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        string? name = null;
        string? version = null;
        var licenses = new List<string>();
        foreach (var line in TextLines.Of(file, cancel).Take(MostLines))
        {
            // A second such comment lists extensions.
            if (name is null && line.StartsWith("# stub: ", StringComparison.Ordinal) && line[8..].Split(' ') is [var stubName, var stubVersion, _, ..]) (name, version) = (stubName, stubVersion);
            else if (Assigned(line) is not var (member, value)) continue;
            else if (member == "name") name ??= Quoted(value).FirstOrDefault();
            else if (member == "version") version ??= Quoted(value).FirstOrDefault();
            else if (member is "license" or "licenses" && licenses.Count == 0) licenses.AddRange(Quoted(value).Take(16));
        }

        if (name is null || version is null) (name, version) = FromFileName(file.Name);

        var found = new PackageList(file);
        if (name is null || version is null) file.Note("no name or no version");
        else found.Add(new() { Type = "gem", Name = name, Version = version, Licenses = licenses });
        return found.Packages;
    }

    /// <summary><c>s.name = …</c>, whatever the block's variable is called.</summary>
    private static (string Member, string Value)? Assigned(string line)
    {
        var text = line.Trim();
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (dot <= 0 || equals < dot || text.AsSpan(0, dot).ContainsAnyExcept(Letters)) return null;
        return (text[(dot + 1)..equals].Trim(), text[(equals + 1)..]);
    }

    /// <summary>The string literals of an expression: <c>"x"</c>, <c>'x'</c>, <c>%q{x}</c>. One with an interpolation is none.</summary>
    private static IEnumerable<string> Quoted(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            var close = value[i] is '"' or '\'' ? value[i] : value[i] == '{' && i >= 2 && value.AsSpan(i - 2, 2) is "%q" ? '}' : '\0';
            if (close == '\0') continue;
            var end = value.IndexOf(close, i + 1);
            if (end < 0) yield break;
            if (!value.AsSpan(i, end - i).Contains("#{", StringComparison.Ordinal)) yield return value[(i + 1)..end];
            i = end;
        }
    }

    /// <summary><c>NAME-VERSION[-PLATFORM].gemspec</c>: the version begins at the first hyphen that a digit follows and ends at the next.</summary>
    private static (string? Name, string? Version) FromFileName(string file)
    {
        var stem = file[..^".gemspec".Length];
        for (var i = 1; i + 1 < stem.Length; i++)
        {
            if (stem[i] == '-' && char.IsAsciiDigit(stem[i + 1])) return (stem[..i], stem[(i + 1)..].Split('-')[0]);
        }

        return (null, null);
    }

    private static readonly System.Buffers.SearchValues<char> Letters = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
}
