using System.Text.RegularExpressions;
using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.OCaml;

/// <summary>Reads <c>*.opam.locked</c>: the <c>depends</c> that <c>opam lock</c> writes, each <c>"name" {= "version"}</c>.</summary>
/// <remarks>Format: opam's manual. Marks in the filter tell what it is for: <c>with-test</c>, <c>with-doc</c>, <c>dev</c>.</remarks>
public sealed partial class OpamLocked : ICollector
{
    public string Name => "ocaml/opam-locked";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/*.opam.locked"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new PackageList(file);
        var isDepends = false;
        foreach (var line in TextLines.Of(file, cancel))
        {
            if (line.StartsWith("depends:", StringComparison.Ordinal)) isDepends = true;
            if (isDepends && Entry().Match(line) is { Success: true } entry)
            {
                var filter = entry.Groups["filter"].Value;
                found.Add(new() { Type = "opam", Name = entry.Groups["name"].Value, Version = entry.Groups["version"].Value, Scope = filter.Contains("with-test", StringComparison.Ordinal) ? "test" : filter.Contains("with-doc", StringComparison.Ordinal) || filter.Contains("dev", StringComparison.Ordinal) ? "dev" : null });
            }

            if (isDepends && line.EndsWith(']')) isDepends = false;
        }

        return found.Packages;
    }

    [GeneratedRegex(@"""(?<name>[A-Za-z0-9_+-]+)"" \{= ""(?<version>[^""]+)""(?<filter>[^}]*)\}", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Entry();
}
