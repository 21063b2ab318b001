using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Python;

/// <summary>Reads <c>pylock.toml</c> and <c>pylock.NAME.toml</c>, Python's lock file of any installer.</summary>
/// <remarks>Format: PEP 751. A <c>directory</c> is the user's own code and left out; without a version is what only its build can tell. For whom a package is stands in markers, which are not judged.</remarks>
public sealed class PylockToml : ICollector
{
    public string Name => "python/pylock";

    public int Version => 2;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/pylock.toml", "**/pylock.*.toml"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new PackageList(file);
        foreach (var package in TomlDocument.Parse(file.ReadAll(TomlFiles.Largest).Span).Tables("packages"))
        {
            if (package.Text("name") is not { } name) found.Note("a package without a name");
            else if (package.Table("directory") is null)
            {
                var version = package.Text("version") ?? "";
                found.AddPypi(name, version, scope: null);
                foreach (var needed in package.Tables("dependencies")) found.NeedPypi(name, version, needed.Text("name") ?? "", needed.Text("version"));
            }
        }

        return found.Packages;
    }
}
