using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Ruby;

/// <summary>Reads Bundler's <c>Gemfile.lock</c> (or <c>gems.locked</c>).</summary>
/// <remarks>
/// Format: sections named in capitals at the margin; below <c>GEM</c>, <c>GIT</c> and plug-ins' sources a line <c>specs:</c>, then by four spaces <c>name (version[-platform])</c> and by
/// six what each needs. <c>PATH</c> holds the user's own gems and is left out. The other sections name no further gems. The same gem for several platforms is one package.
/// </remarks>
public sealed class GemfileLock : ICollector
{
    public string Name => "ruby/gemfile-lock";

    public int Version => 2;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/Gemfile.lock", "**/gems.locked"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        var found = new PackageList(file);
        var isSource = false;
        var gem = "";
        foreach (var line in TextLines.Of(file, cancel))
        {
            if (line is ['<' or '=' or '>' or '|', ..]) found.Note("holds the marks of an unresolved merge");
            else if (line is [not ' ', ..]) isSource = line is "GEM" or "GIT" or "PLUGIN SOURCE";
            else if (isSource && line is [' ', ' ', ' ', ' ', not ' ', ..]) gem = Take(line.AsSpan(4).TrimEnd(), found);
            else if (isSource && line.StartsWith("      ", StringComparison.Ordinal)) found.Graph.AddEdge(gem, line.Trim().Split(' ', '!')[0]);
        }

        return found.Packages;
    }

    /// <summary><c>name (version[-platform])</c>; no gem's version has a hyphen.</summary>
    /// <returns>The gem's name; empty where it is none.</returns>
    private static string Take(ReadOnlySpan<char> spec, PackageList found)
    {
        var open = spec.IndexOf(" (");
        if (open <= 0 || spec[^1] != ')')
        {
            found.Note("a gem without a version");
            return "";
        }

        var version = spec[(open + 2)..^1];
        if (version.IndexOf('-') is >= 0 and var platform) version = version[..platform];
        var name = spec[..open].ToString();
        found.Add(new() { Type = "gem", Name = name, Version = version.ToString() }, name);
        return name;
    }
}
