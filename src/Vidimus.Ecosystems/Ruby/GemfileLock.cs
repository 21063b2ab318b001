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

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/Gemfile.lock", "**/gems.locked"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        var found = new PackageList(file);
        var isSource = false;
        foreach (var line in TextLines.Of(file, cancel))
        {
            if (line is ['<' or '=' or '>' or '|', ..]) found.Note("holds the marks of an unresolved merge");
            else if (line is [not ' ', ..]) isSource = line is "GEM" or "GIT" or "PLUGIN SOURCE";
            else if (isSource && line is [' ', ' ', ' ', ' ', not ' ', ..]) Take(line.AsSpan(4).TrimEnd(), found);
        }

        return found.Packages;
    }

    /// <summary><c>name (version[-platform])</c>; no gem's version has a hyphen.</summary>
    private static void Take(ReadOnlySpan<char> spec, PackageList found)
    {
        var open = spec.IndexOf(" (");
        if (open <= 0 || spec[^1] != ')')
        {
            found.Note("a gem without a version");
            return;
        }

        var version = spec[(open + 2)..^1];
        if (version.IndexOf('-') is >= 0 and var platform) version = version[..platform];
        found.Add(new() { Type = "gem", Name = spec[..open].ToString(), Version = version.ToString() });
    }
}
