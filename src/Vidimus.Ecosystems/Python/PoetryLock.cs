using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Python;

/// <summary>Reads Poetry's <c>poetry.lock</c>: an array of <c>package</c> tables, which Poetry up to 1.4 gives a <c>category</c> and 2.x its <c>groups</c>.</summary>
/// <remarks>Between the two the file does not tell what a package is for: no scope then. A <c>directory</c> source is the user's own code and left out.</remarks>
public sealed class PoetryLock : ICollector
{
    public string Name => "python/poetry-lock";

    public int Version => 2;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/poetry.lock"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        var found = new PackageList(file);
        foreach (var package in TomlDocument.Parse(file.ReadAll(TomlFiles.Largest).Span).Tables("package"))
        {
            if (package.Text("name") is not { } name || package.Text("version") is not { } version) found.Note("a package without a name or a version");
            else if (package.Table("source")?.Text("type") is not "directory")
            {
                found.AddPypi(name, version, Scope(package));
                foreach (var needed in package.Table("dependencies")?.Members.Keys ?? []) found.NeedPypi(name, version, needed);
            }
        }

        return found.Packages;
    }

    private static string? Scope(TomlTable package)
    {
        var groups = package.Texts("groups").ToList();
        if (groups.Count > 0 && !groups.Contains("main")) return groups.Contains("dev") ? "dev" : groups[0];
        return package.Text("category") is { } category and not "main" ? category : package.IsTrue("optional") ? "optional" : null;
    }
}
