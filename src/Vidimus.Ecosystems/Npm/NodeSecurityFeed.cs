using System.Text.Json;
using Vidimus.Ecosystems.Reading;
using Vidimus.Ecosystems.Versions;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.Npm;

/// <summary>The vulnerabilities that Node.js's security working group collected: of npm's packages (until 2020) and of Node.js itself.</summary>
/// <remarks>Format: its README; a JSON document each in <c>vuln/npm/</c> and <c>vuln/core/</c>, and an index of all beside them that is passed over. Node.js itself is filed under <c>Node.js</c>: kept, not judged.</remarks>
public sealed class NodeSecurityFeed : IFeed
{
    public string Name => "nodejs";

    public string Title => "Node.js security working group";

    public Uri PublicAddress { get; } = new("https://github.com/nodejs/security-wg/archive/refs/heads/main.zip");

    public string Terms => "MIT";

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [new("vuln/")];

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel)
    {
        foreach (var entry in snapshot.Entries(".json", cancel))
        {
            var number = Path.GetFileNameWithoutExtension(entry.Name);
            if (number == "index") continue;
            var isCore = entry.Name.Contains("core/", StringComparison.Ordinal);
            foreach (var record in FeedPack.Json(entry, snapshot, root => [isCore ? Core(root, number) : Package(root)])) yield return record;
        }
    }

    private static Advisory Package(JsonElement? root)
    {
        var name = root.Text("module_name") ?? throw new InvalidDataException("it names no module");
        var number = root.Number("id") is > 0 and var id ? id : throw new InvalidDataException("it has no id");
        var cves = root.Texts("cves").ToList();
        return new()
        {
            Id = $"NSWG-ECO-{number}",
            Aliases = cves.Count == 1 ? cves : [],
            Upstream = cves.Count > 1 ? cves : [],
            Title = root.Text("title"),
            Details = root.Text("overview"),
            Url = $"https://github.com/nodejs/security-wg/blob/main/vuln/npm/{number}.json",
            Published = (FeedDates.Day(root.Text("publish_date")) is { Year: > 1970 } day ? day : FeedDates.Day(root.Text("created_at"))),
            Modified = FeedDates.Day(root.Text("updated_at")),
            Severities = Rating(root),
            Affected = [new() { Ecosystem = "npm", Name = name, Ranges = Ranges(root.Text("vulnerable_versions"), root.Text("patched_versions")) }],
        };
    }

    private static Advisory Core(JsonElement? root, string number)
    {
        var cves = root.Texts("cve").ToList();
        return new()
        {
            Id = $"NSWG-CORE-{number}",
            Aliases = cves.Count == 1 ? cves : [],
            Upstream = cves.Count > 1 ? cves : [],
            Title = root.Text("description"),
            Details = root.Text("overview"),
            Url = root.Text("ref"),
            Severities = root.Text("severity") is { Length: > 0 } word && word != "unknown" ? [new("nodejs", "word", word)] : [],
            Affected = [new() { Ecosystem = "Node.js", Name = "node", Ranges = [.. Affected(root.Text("vulnerable") ?? throw new InvalidDataException("it names no vulnerable versions"), root.Text("patched")).Select(run => run.ToRange())] }],
        };
    }

    private static List<SeverityRating> Rating(JsonElement? root) =>
        root.Text("cvss_vector") is { } vector && vector.StartsWith("CVSS:3", StringComparison.Ordinal) && vector.Length > 8 ? [new("nodejs", vector[..8], vector)] : [];

    /// <summary>What is vulnerable; where that is not told, all that is not patched.</summary>
    private static List<VersionRange> Ranges(string? vulnerable, string? patched) =>
        [.. (vulnerable is null ? Affected("*", patched) : NpmRange.Parse(vulnerable)).Select(run => run.ToRange())];

    private static IReadOnlyList<VersionRun> Affected(string vulnerable, string? patched)
    {
        var all = NpmRange.Parse(vulnerable);
        return string.IsNullOrWhiteSpace(patched) ? all : NpmRange.Sets.Intersect(all, NpmRange.Sets.Complement(NpmRange.Parse(patched)));
    }
}
