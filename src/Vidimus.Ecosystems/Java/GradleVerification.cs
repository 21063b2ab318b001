using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Java;

/// <summary>Reads Gradle's <c>gradle/verification-metadata.xml</c>: the components whose files the build verifies, each with its exact version.</summary>
/// <remarks>Format: Gradle's manual, "Verifying dependencies". It names all that the build ever resolved, plugins and what was only looked at included, and not what for.</remarks>
public sealed class GradleVerification : ICollector
{
    public string Name => "java/gradle-verification";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/verification-metadata.xml"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new PackageList(file);
        foreach (var component in XmlElements.Read(file).All("components", "component"))
        {
            if (component["group"] is { Length: > 0 } group && component["name"] is { Length: > 0 } name && component["version"] is { Length: > 0 } version) found.Add(new() { Type = "maven", Namespace = group, Name = name, Version = version });
            else found.Note("a component without a group, a name or a version");
        }

        return found.Packages;
    }
}
