using System.Globalization;
using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Go;

/// <summary>Reads <c>go.sum</c> beside a <c>go.mod</c> for Go before 1.17, which does not name the modules that its requirements need.</summary>
/// <remarks>
/// Format: go.dev/ref/mod#go-sum-files, <c>MODULE VERSION[/go.mod] HASH</c>. Lines with <c>/go.mod</c> are of modules that were only considered. The others may hold versions left from
/// before, so of a module only the highest counts (the one that Go's minimal version selection takes), and nothing of what <c>go.mod</c> itself names.
/// From 1.17 on <c>go.mod</c> names all, and this file tells nothing more.
/// </remarks>
public sealed class GoSum : ICollector
{
    private const int MostModules = 200_000;

    public string Name => "go/sum";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/go.sum"];

    public IReadOnlyList<FileGlob> Companions { get; } = ["**/go.mod"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (file.Folder.Split('/').Any(GoMod.IsPassedOver) || file.Companion("go.mod") is not { } mod || Named(mod, cancel) is not { } named) return [];

        var found = new PackageList(file);
        var order = new GoVersions();
        var highest = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in TextLines.Of(file, cancel))
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var path, var version, _])
            {
                if (line.Length > 0) found.Note($"not understood: {PackageList.Shown(line)}");
                continue;
            }

            if (version.EndsWith("/go.mod", StringComparison.Ordinal) || named.Contains(path)) continue;
            if (highest.Count >= MostModules)
            {
                file.Note($"more than {MostModules} modules", Notes.Limit);
                break;
            }

            if (!highest.TryGetValue(path, out var other) || order.Compare(other, version) < 0) highest[path] = version;
        }

        foreach (var (path, version) in highest) found.Add(GoMod.Module(path, version));
        return found.Packages;
    }

    /// <summary>The modules that go.mod requires, replaces or is; null for Go 1.17 and later.</summary>
    private static HashSet<string>? Named(SourceFile mod, CancellationToken cancel)
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var words in GoMod.Statements(mod, cancel))
        {
            if (words is ["go", var release] && !IsBefore117(release)) return null;
            if (words is ["require" or "replace" or "module", var path, ..] && named.Count < MostModules) named.Add(path);
        }

        return named;
    }

    private static bool IsBefore117(string release) =>
        release.Split('.') is ["1", var minor, ..] && int.TryParse(new string([.. minor.TakeWhile(char.IsAsciiDigit)]), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < 17;
}
