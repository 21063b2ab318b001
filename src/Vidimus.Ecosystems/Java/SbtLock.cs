using System.Text.Json;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Java;

/// <summary>Reads <c>*.sbt.lock</c> of the sbt-dependency-lock plugin: <c>dependencies</c> with <c>org</c>, <c>name</c>, <c>version</c> and the <c>configurations</c> that need each.</summary>
/// <remarks>The artifact's name has Scala's own version in it already (<c>cats-core_2.13</c>), as in Maven's repository.</remarks>
public sealed class SbtLock : ICollector
{
    public string Name => "java/sbt-lock";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/*.sbt.lock"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        return JsonTree.Read(file, (document, found) =>
        {
            JsonElement? root = document;
            foreach (var dependency in root.Member("dependencies").Items())
            {
                var (group, name, version) = (JsonTree.Text(dependency, "org"), JsonTree.Text(dependency, "name"), JsonTree.Text(dependency, "version"));
                if (string.IsNullOrEmpty(group) || string.IsNullOrEmpty(name) || version is null) found.Note("a dependency without an organisation, a name or a version");
                else found.Add(new() { Type = "maven", Namespace = group, Name = name, Version = version, Scope = Scope([.. JsonTree.Texts(dependency, "configurations")]) });
            }
        });
    }

    private static string? Scope(string[] configurations) =>
        configurations.Length == 0 || configurations.Any(c => c is "compile" or "runtime" or "default") ? null : configurations.All(c => c.Contains("test", StringComparison.OrdinalIgnoreCase) || c is "it") ? "test" : configurations[0];
}
