using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Dart;

/// <summary>Reads Dart's <c>pubspec.lock</c>: YAML, <c>packages</c> by name with <c>source</c>, <c>version</c> and <c>dependency</c>.</summary>
/// <remarks>Format: dart.dev. <c>direct dev</c> has the scope <c>dev</c>; for whom a transitive package is the file does not tell. What comes with the SDK or from a folder is left out.</remarks>
public sealed class PubspecLock : ICollector
{
    public string Name => "dart/pubspec-lock";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/pubspec.lock"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new PackageList(file);
        foreach (var (name, entry) in YamlDocuments.Read(file).SelectMany(root => root.Member("packages").Members()))
        {
            if (entry.Text("source") is "sdk" or "path") continue;
            if (entry.Text("version") is not { } version) found.Note($"a package without a version: {PackageList.Shown(name)}");
            else found.Add(new() { Type = "pub", Name = name, Version = version, Scope = entry.Text("dependency") is "direct dev" ? "dev" : null });
        }

        return found.Packages;
    }
}
