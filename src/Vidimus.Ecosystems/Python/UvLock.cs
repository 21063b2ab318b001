using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Python;

/// <summary>Reads uv's <c>uv.lock</c>: an array of <c>package</c> tables with a <c>source</c> each.</summary>
/// <remarks>
/// Sources that are <c>virtual</c>, <c>editable</c> or a <c>directory</c> are the project and its workspace: the user's own code, left out.
/// The file holds one resolution for all platforms and groups, so a name may come with several versions; all are listed, without a scope, which the file does not tell of a package.
/// </remarks>
public sealed class UvLock : ICollector
{
    public string Name => "python/uv-lock";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/uv.lock"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        var found = new PackageList(file);
        foreach (var package in TomlDocument.Parse(file.ReadAll(TomlFiles.Largest).Span).Tables("package"))
        {
            if (package.Table("source") is { } source && (source.Members.ContainsKey("virtual") || source.Members.ContainsKey("editable") || source.Members.ContainsKey("directory"))) continue;
            if (package.Text("name") is { } name) found.Add(new() { Type = "pypi", Name = name, Version = package.Text("version") ?? "" });
            else found.Note("a package without a name");
        }

        return found.Packages;
    }
}
