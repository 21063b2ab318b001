using System.Text.RegularExpressions;
using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Hex;

/// <summary>Reads Erlang's <c>rebar.lock</c>: terms <c>{&lt;&lt;"app"&gt;&gt;,{pkg,&lt;&lt;"package"&gt;&gt;,&lt;&lt;"1.2.3"&gt;&gt;},LEVEL}</c>.</summary>
/// <remarks>Format: rebar3 writes it, versions 1.1 and 1.2 alike here. An entry of <c>git</c> has a commit and no version.</remarks>
public sealed partial class RebarLock : ICollector
{
    public string Name => "hex/rebar-lock";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/rebar.lock"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new PackageList(file);
        foreach (var line in TextLines.Of(file, cancel))
        {
            foreach (Match match in Entry().Matches(line)) found.Add(new() { Type = "hex", Name = match.Groups["name"].Value, Version = match.Groups["version"].Value });
            foreach (Match match in Git().Matches(line)) found.Add(new() { Type = "hex", Name = match.Groups["name"].Value, Version = "" });
        }

        return found.Packages;
    }

    [GeneratedRegex(@"\{<<""[^""]+"">>, ?\{pkg, ?<<""(?<name>[^""]+)"">>, ?<<""(?<version>[^""]+)"">>", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Entry();

    [GeneratedRegex(@"\{<<""(?<name>[^""]+)"">>,$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Git();
}
