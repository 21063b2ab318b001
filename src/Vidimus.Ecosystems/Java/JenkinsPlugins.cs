using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Java;

/// <summary>Reads the manifest of a plugin that Jenkins has unpacked: <c>plugins/NAME/META-INF/MANIFEST.MF</c>. Plugins still packed (<c>.jpi</c>, <c>.hpi</c>) are archives as all others.</summary>
/// <remarks>Format: Jenkins' plugin manifest (maven-hpi-plugin): <c>Short-Name</c>, <c>Plugin-Version</c>, <c>Group-Id</c>. Advisories name plugins by their Maven coordinates.</remarks>
public sealed class JenkinsPlugins : ICollector
{
    private const int MostBytes = 256 << 10;

    public string Name => "java/jenkins-plugin";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/plugins/*/META-INF/MANIFEST.MF"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new PackageList(file);
        var manifest = JavaManifest.Parse(file.ReadAll(MostBytes).Span);
        if (manifest["Short-Name"] is { } name && manifest["Plugin-Version"] is { } version) found.Add(new() { Type = "maven", Namespace = manifest["Group-Id"] ?? "org.jenkins-ci.plugins", Name = name, Version = version.Split(' ')[0] });
        return found.Packages;
    }
}
