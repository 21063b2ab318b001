using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Python;

/// <summary>Reads PDM's <c>pdm.lock</c>: an array of <c>package</c> tables. From lock_version 4.4 each has its <c>groups</c>; <c>default</c> is what runs.</summary>
/// <remarks>A folder (<c>path</c> without a packed file's name) and what is <c>editable</c> is the user's own and left out.</remarks>
public sealed class PdmLock : ICollector
{
    public string Name => "python/pdm-lock";

    public int Version => 2;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/pdm.lock"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new PackageList(file);
        foreach (var package in TomlDocument.Parse(file.ReadAll(TomlFiles.Largest).Span).Tables("package"))
        {
            if (package.IsTrue("editable") || (package.Text("path") is { } path && !PythonArchive.IsPacked(path))) continue;
            if (package.Text("name") is not { } name || package.Text("version") is not { } version) found.Note("a package without a name or a version");
            else
            {
                found.AddPypi(name, version, Scope([.. package.Texts("groups")]));
                foreach (var needed in package.Texts("dependencies")) found.NeedPypi(name, version, needed);
            }
        }

        return found.Packages;
    }

    private static string? Scope(string[] groups) => groups.Length == 0 || groups.Contains("default") ? null : groups.Contains("dev") ? "dev" : groups[0];
}
