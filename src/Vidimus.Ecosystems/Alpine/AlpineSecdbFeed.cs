using System.Text.Json;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.Alpine;

/// <summary>Alpine's security database: which version of a source package fixed what, a folder a release, a file a repository.</summary>
/// <remarks>
/// Format: <c>packages[].pkg.{name, secfixes: {version: ["id id …"]}}</c>. Fix version <c>0</c> means never affected. Nothing is said of what is not fixed yet.
/// Of the ids in one text the CVEs are the vulnerabilities; a GHSA beside a single CVE is its alias; other vendors' notices (XSA-…) may cover several and are left out.
/// </remarks>
public sealed class AlpineSecdbFeed : IFeed
{
    public string Name => "alpine-secdb";

    public string Title => "Alpine security database";

    public Uri PublicAddress { get; } = new("https://secdb.alpinelinux.org/");

    public string Terms => "none stated (facts from the package recipes)";

    public IReadOnlyList<string> Parts { get; } = [.. Enumerable.Range(10, 15).Select(minor => $"v3.{minor}"), "edge"];

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [.. (parts ?? Parts).SelectMany(release => new FeedFile[] { new($"{release}/community.json"), new($"{release}/main.json") })];

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel)
    {
        foreach (var entry in snapshot.Entries(".json", cancel))
        {
            if (entry.Name.LastIndexOf('/') is not (> 0 and var slash)) continue;

            var ecosystem = $"Alpine:{Path.GetFileName(entry.Name[..slash])}";
            foreach (var package in new FeedJsonCursor(entry.Body).Records("packages", (string _, ref Utf8JsonReader reader) => ReadItem(ref reader), snapshot, entry.Name))
            {
                foreach (var advisory in package.Advisories(ecosystem)) yield return advisory;
            }
        }
    }

    private static SecdbPackage ReadItem(ref Utf8JsonReader reader)
    {
        FeedJson.Expect(ref reader, JsonTokenType.StartObject, "an item");
        while (FeedJson.NextMember(ref reader, out var name))
        {
            if (name.ValueTextEquals("pkg"u8)) return ReadPackage(ref reader);
            reader.Skip();
        }

        throw new JsonException("it has no pkg");
    }

    private static SecdbPackage ReadPackage(ref Utf8JsonReader reader)
    {
        FeedJson.Expect(ref reader, JsonTokenType.StartObject, "pkg");
        string? packageName = null;
        var fixes = new List<(string Version, string Ids)>();
        while (FeedJson.NextMember(ref reader, out var name))
        {
            if (name.ValueTextEquals("name"u8)) packageName = FeedJson.Text(ref reader, "name");
            else if (name.ValueTextEquals("secfixes"u8)) ReadFixes(ref reader, fixes);
            else reader.Skip();
        }

        return string.IsNullOrEmpty(packageName) ? throw new JsonException("it has no name") : new(packageName, fixes);
    }

    private static void ReadFixes(ref Utf8JsonReader reader, List<(string Version, string Ids)> fixes)
    {
        // A package without fixes has an empty list here instead of an empty object.
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        FeedJson.Expect(ref reader, JsonTokenType.StartObject, "secfixes");
        while (FeedJson.NextMember(ref reader, out var name))
        {
            var version = name.GetString()!;
            foreach (var ids in FeedJson.Texts(ref reader, "the ids of a version")) fixes.Add((version, ids));
        }
    }

    private sealed record SecdbPackage(string Name, List<(string Version, string Ids)> Fixes)
    {
        public IEnumerable<Advisory> Advisories(string ecosystem)
        {
            foreach (var (version, text) in Fixes)
            {
                var ids = text.Split((char[])[' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries);
                var cves = ids.Where(id => id.StartsWith("CVE-", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).ToList();
                IReadOnlyList<string> aliases = cves.Count == 1 ? [.. ids.Where(id => id.StartsWith("GHSA-", StringComparison.Ordinal))] : [];
                foreach (var id in cves.Count > 0 ? cves : ids.Distinct(StringComparer.Ordinal)) yield return ToAdvisory(id, aliases, ecosystem, version);
            }
        }

        private Advisory ToAdvisory(string id, IReadOnlyList<string> aliases, string ecosystem, string version) => new()
        {
            Id = id,
            Aliases = aliases,
            Url = $"https://security.alpinelinux.org/vuln/{Uri.EscapeDataString(id)}",
            Affected =
            [
                new()
                {
                    Ecosystem = ecosystem,
                    Name = Name,
                    Status = version == "0" ? AffectedStatus.NotAffected : AffectedStatus.Affected,
                    Ranges = version == "0" ? [] : [new([new(RangeEventKind.Introduced, "0"), new(RangeEventKind.Fixed, version)])],
                },
            ],
        };
    }
}
