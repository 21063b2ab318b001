using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Java;

/// <summary>Reads Maven's <c>pom.xml</c>: the dependencies that a project names itself.</summary>
/// <remarks>
/// Format: Maven's POM reference. A version may be one of the file's own properties or stand in its own <c>dependencyManagement</c>; what a parent or an imported list of versions in another
/// file decides can't be known here: such a dependency is listed without a version, which is not judged. Nor are the dependencies of dependencies: those are in the built archive.
/// Not read are the POMs inside of unpacked archives (<c>META-INF/maven</c>), which tell what their authors built with.
/// </remarks>
public sealed class PomXml : ICollector
{
    public string Name => "java/pom";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/pom.xml"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (file.Folder.Contains("META-INF/maven", StringComparison.Ordinal)) return [];

        var found = new PackageList(file);
        var pom = new PomProject(XmlElements.Read(file));
        var managed = new Dictionary<(string, string), string>();
        foreach (var entry in pom.Root.All("dependencyManagement", "dependencies", "dependency"))
        {
            if (pom.Value(entry, "groupId") is { } group && pom.Value(entry, "artifactId") is { } artifact && pom.Value(entry, "version") is { } version) managed.TryAdd((group, artifact), version);
        }

        foreach (var dependency in pom.Root.All("dependencies", "dependency").Concat(pom.Root.All("profiles", "profile", "dependencies", "dependency")))
        {
            var (group, artifact) = (pom.Value(dependency, "groupId"), pom.Value(dependency, "artifactId"));
            if (group is null || artifact is null)
            {
                found.Note("a dependency whose group or artifact another file decides");
                continue;
            }

            var version = pom.Value(dependency, "version") ?? managed.GetValueOrDefault((group, artifact)) ?? "";
            var scope = pom.Value(dependency, "scope") is { } named and ("test" or "provided") ? named : pom.Value(dependency, "optional") is "true" ? "optional" : null;
            if (version.AsSpan().ContainsAny("[](),")) version = version is ['[', .. var exact, ']'] && !exact.AsSpan().ContainsAny("[](),") ? exact : "";
            found.Add(new() { Type = "maven", Namespace = group, Name = artifact, Version = version, Scope = scope });
        }

        return found.Packages;
    }
}

/// <summary>A POM's own coordinates and the values that its own properties give.</summary>
internal sealed class PomProject
{
    private const int MostSteps = 16;
    private const int LongestValue = 512;

    private readonly Dictionary<string, string> properties = new(StringComparer.Ordinal);

    public PomProject(XmlElement root)
    {
        Root = root;
        foreach (var property in root.All("properties").SelectMany(p => p.Children)) properties[property.Name] = property.Text.Trim();
        var parent = root.Child("parent");
        Put("groupId", root.TextOf("groupId") ?? parent?.TextOf("groupId"));
        Put("artifactId", root.TextOf("artifactId"));
        Put("version", root.TextOf("version") ?? parent?.TextOf("version"));
        if (parent?.TextOf("version") is { } parentVersion) properties["project.parent.version"] = parentVersion;
        if (parent?.TextOf("groupId") is { } parentGroup) properties["project.parent.groupId"] = parentGroup;

        void Put(string name, string? value)
        {
            if (value is not null) properties[$"project.{name}"] = properties[$"pom.{name}"] = value;
        }
    }

    public XmlElement Root { get; }

    public string? Group => Resolved(properties.GetValueOrDefault("project.groupId"));

    public string? Artifact => Resolved(properties.GetValueOrDefault("project.artifactId"));

    public string? Version => Resolved(properties.GetValueOrDefault("project.version"));

    /// <summary>A child's text with the properties put in; null where there is none or a property is another file's.</summary>
    public string? Value(XmlElement element, string child) => Resolved(element.TextOf(child));

    private string? Resolved(string? text)
    {
        for (var steps = 0; text is not null && text.IndexOf("${", StringComparison.Ordinal) is >= 0 and var start; steps++)
        {
            var end = text.IndexOf('}', start);
            if (end < 0 || steps == MostSteps || text.Length > LongestValue || !properties.TryGetValue(text[(start + 2)..end], out var value)) return null;
            text = text[..start] + value + text[(end + 1)..];
        }

        return string.IsNullOrWhiteSpace(text) ? null : text.Trim();
    }
}
