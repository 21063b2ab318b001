using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Go;

/// <summary>Reads <c>vendor/modules.txt</c>: the modules whose packages were copied below <c>vendor</c>.</summary>
/// <remarks>
/// Format: written by <c>go mod vendor</c>. <c># MODULE VERSION [=> REPLACEMENT [VERSION]]</c> begins a module, <c>##</c> is about it, the other lines are its packages. A module without
/// packages has no file there and is left out, as is one replaced by a folder.
/// </remarks>
public sealed class GoVendor : ICollector
{
    public string Name => "go/vendor";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/vendor/modules.txt"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (file.Folder.Split('/').Any(GoMod.IsPassedOver)) return [];

        var found = new PackageList(file);
        (string Path, string Version)? module = null;
        foreach (var line in TextLines.Of(file, cancel))
        {
            if (line.StartsWith("##", StringComparison.Ordinal) || line.Length == 0) continue;
            if (line.StartsWith("# ", StringComparison.Ordinal)) module = Module(line[2..].Split(' ', StringSplitOptions.RemoveEmptyEntries));
            else if (module is { } used)
            {
                found.Add(GoMod.Module(used.Path, used.Version));
                module = null;
            }
        }

        return found.Packages;
    }

    private static (string, string)? Module(string[] words) => words switch
    {
        [_, _, "=>", var path, var version] => (path, version),
        [var path, var version] => (path, version),
        _ => null,
    };
}
