using Vidimus.Ecosystems.Reading;
using Vidimus.Model;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.Java;

/// <summary>SAP's Project KB: for open-source vulnerabilities the released artifacts that were looked at, and whether each is affected.</summary>
/// <remarks>
/// Format: <c>statements/ID/statement.yaml</c>, with <c>artifacts</c> as package URLs. Versions are named one by one and say nothing of those between them: they hold by their text. Artifacts that are told not to be
/// affected end no other source's match, since for languages no source is the vendor; they are not kept.
/// </remarks>
public sealed class ProjectKbFeed : IFeed
{
    public string Name => "sap-project-kb";

    public string Title => "SAP Project KB";

    public Uri PublicAddress { get; } = new("https://github.com/SAP/project-kb/archive/refs/heads/vulnerability-data.zip");

    public string Terms => "Apache-2.0";

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [new("statements/")];

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel)
    {
        foreach (var entry in snapshot.Entries("statement.yaml", cancel))
        {
            foreach (var record in FeedPack.Checked(entry, snapshot, () => [ToAdvisory(YamlDocuments.Read(entry.Body))])) yield return record;
        }
    }

    private static Advisory ToAdvisory(YamlNode root)
    {
        var id = root.Text("vulnerability_id") ?? throw new InvalidDataException("it has no vulnerability_id");
        var artifacts = root.Member("artifacts").Items().Where(artifact => artifact.IsTrue("affected")).Select(artifact => Artifact(artifact.Text("id"))).OfType<(string Ecosystem, string Name, string Version)>();
        return new()
        {
            Id = id,
            Aliases = [.. root.Member("aliases").Items().Select(alias => alias.Text("alias") ?? alias.Text()).OfType<string>()],
            Details = string.Join('\n', root.Member("notes").Items().Select(note => note.Text("text")).OfType<string>()),
            Url = $"https://github.com/SAP/project-kb/tree/vulnerability-data/statements/{Uri.EscapeDataString(id)}",
            Affected = [.. artifacts.GroupBy(a => (a.Ecosystem, a.Name)).Select(g => new Affected { Ecosystem = g.Key.Ecosystem, Name = g.Key.Name, Versions = [.. g.Select(a => a.Version).Distinct(StringComparer.Ordinal)] })],
        };
    }

    private static (string Ecosystem, string Name, string Version)? Artifact(string? purl)
    {
        if (!PackageUrl.TryParse(purl ?? "", out var parsed) || parsed.Version is not { Length: > 0 } version) return null;
        return parsed.Type switch
        {
            "maven" => ("Maven", $"{parsed.Namespace}:{parsed.Name}", version),
            "npm" => ("npm", parsed.Namespace is null ? parsed.Name : $"{parsed.Namespace}/{parsed.Name}", version),
            "pypi" => ("PyPI", parsed.Name, version),
            _ => null,
        };
    }
}
