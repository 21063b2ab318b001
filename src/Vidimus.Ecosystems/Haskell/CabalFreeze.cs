using System.Text.RegularExpressions;
using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Haskell;

/// <summary>Reads <c>cabal.project.freeze</c>: the constraints <c>any.NAME ==1.2.3</c> that <c>cabal freeze</c> writes.</summary>
/// <remarks>Format: cabal's manual. Constraints on flags (<c>NAME +flag</c>) stand among them and are no packages; what comes with the compiler is listed like the others.</remarks>
public sealed partial class CabalFreeze : ICollector
{
    public string Name => "haskell/cabal-freeze";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/cabal.project.freeze", "**/cabal.config"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new PackageList(file);
        foreach (var line in TextLines.Of(file, cancel))
        {
            if (line.TrimStart().StartsWith("--", StringComparison.Ordinal)) continue;
            foreach (Match match in Pinned().Matches(line)) found.Add(new() { Type = "hackage", Name = match.Groups["name"].Value, Version = match.Groups["version"].Value });
        }

        return found.Packages;
    }

    [GeneratedRegex(@"(^|[\s,:])(any\.|setup\.)?(?<name>[A-Za-z0-9][A-Za-z0-9-]*) ?== ?(?<version>[0-9]+(\.[0-9]+)*)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Pinned();
}
