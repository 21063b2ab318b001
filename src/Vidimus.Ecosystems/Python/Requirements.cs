using System.Text;
using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Python;

/// <summary>Reads pip's requirements files: the lines that pin one exact version, <c>name[extra] == 1.2.3 ; marker --hash=…</c>.</summary>
/// <remarks>
/// Format: pip.pypa.io, requirements file format. Ranges, wildcards (<c>== 1.2.*</c>) and bare names are passed over: which version they come to is decided where pip runs.
/// Addresses and paths (<c>name @ https://…</c>, <c>-e .</c>) have no registry's version. Files named by <c>-r</c> and <c>-c</c> are not followed, a collector sees one file;
/// by their usual names they are read on their own. Markers are not evaluated: the file serves every platform it names.
/// </remarks>
public sealed class Requirements : ICollector
{
    public string Name => "python/requirements";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/*requirements*.txt", "**/requirements/*.txt"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        var found = new PackageList(file);
        foreach (var line in Joined(TextLines.Of(file, cancel)))
        {
            if (TryPin(line, out var name, out var version)) found.Add(new() { Type = "pypi", Name = name, Version = version });
        }

        return found.Packages;
    }

    /// <summary>Joins lines that end with a backslash; a comment line within ends the joining, as in pip.</summary>
    private static IEnumerable<string> Joined(IEnumerable<string> lines)
    {
        var whole = new StringBuilder();
        foreach (var line in lines)
        {
            var isComment = line.AsSpan().TrimStart() is ['#', ..];
            if (line.EndsWith('\\') && !isComment && whole.Length < TextLines.Longest)
            {
                whole.Append(line, 0, line.Length - 1);
                continue;
            }

            if (!isComment) whole.Append(line);
            yield return whole.ToString();
            whole.Clear();
        }

        yield return whole.ToString();
    }

    /// <summary>Whether the line pins a version: one clause of its specifier is <c>==</c> without a wildcard, or <c>===</c>.</summary>
    private static bool TryPin(ReadOnlySpan<char> line, out string name, out string version)
    {
        (name, version) = ("", "");
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '#' && (i == 0 || char.IsWhiteSpace(line[i - 1])))
            {
                line = line[..i];
                break;
            }
        }

        if (line.IndexOf(';') is >= 0 and var marker) line = line[..marker];
        if (line.IndexOf(" --", StringComparison.Ordinal) is >= 0 and var option) line = line[..option];
        line = line.Trim();

        var length = 0;
        while (length < line.Length && (char.IsAsciiLetterOrDigit(line[length]) || line[length] is '.' or '-' or '_')) length++;
        if (length == 0 || !char.IsAsciiLetterOrDigit(line[0])) return false;
        name = line[..length].ToString();

        var specifier = line[length..].TrimStart();
        if (specifier is ['[', ..])
        {
            if (specifier.IndexOf(']') is not (> 0 and var close)) return false;
            specifier = specifier[(close + 1)..].TrimStart();
        }

        if (specifier is ['(', .., ')']) specifier = specifier[1..^1];
        foreach (var part in specifier.Split(','))
        {
            var clause = specifier[part].Trim();
            var exact = clause.StartsWith("===") ? clause[3..] : clause.StartsWith("==") && !clause.EndsWith(".*") ? clause[2..] : [];
            if ((exact = exact.Trim()).IsEmpty || exact.ContainsAny(" \t\"'")) continue;
            version = exact.ToString();
            return true;
        }

        return false;
    }
}
