using System.Text.RegularExpressions;
using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Hex;

/// <summary>Reads Elixir's <c>mix.lock</c>: a map of <c>"app": {:hex, :package, "1.2.3", …}</c>, an entry a line.</summary>
/// <remarks>Format: an Elixir term as mix writes it. An entry of <c>:git</c> has a commit and no version. For what environment a package is the file does not tell.</remarks>
public sealed partial class MixLock : ICollector
{
    public string Name => "hex/mix-lock";

    public int Version => 2;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/mix.lock"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new PackageList(file);
        foreach (var line in TextLines.Of(file, cancel))
        {
            if (Hex().Match(line) is { Success: true } hex)
            {
                var app = hex.Groups["app"].Value;
                found.Add(new() { Type = "hex", Name = hex.Groups["name"].Value, Version = hex.Groups["version"].Value }, app);
                foreach (Match needed in Needed().Matches(line, hex.Length)) found.Graph.AddEdge(app, needed.Groups["app"].Value);
            }
            else if (Git().Match(line) is { Success: true } git) found.Add(new() { Type = "hex", Name = git.Groups["name"].Value, Version = "" });
            else if (line.Trim() is not ("" or "%{" or "}" or "%{}")) found.Note($"not understood: {PackageList.Shown(line)}");
        }

        return found.Packages;
    }

    [GeneratedRegex(@"^\s*""(?<app>[^""]+)"": \{:hex, :""?(?<name>[a-z][a-z0-9_]*)""?, ""(?<version>[^""]+)""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Hex();

    /// <summary>A dependency behind a package's version: <c>{:app, "~> 1.0", [hex: :package, …]}</c>.</summary>
    [GeneratedRegex(@"\{:""?(?<app>[a-z][a-z0-9_]*)""?, ""[^""]*"", \[hex:", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Needed();

    [GeneratedRegex(@"^\s*""(?<name>[^""]+)"": \{:git, ", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Git();
}
