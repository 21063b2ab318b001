using System.Text.Json;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.Apk;

/// <summary>The form of security database that Alpine invented and other distributions of apk packages publish too: which version of a source package fixed what.</summary>
/// <remarks>
/// Format: <c>packages[].pkg.{name, secfixes: {version: ["id id …"]}}</c>. Fix version <c>0</c> means never affected. Nothing is said of what is not fixed yet.
/// Of the ids in one text the CVEs are the vulnerabilities; a GHSA beside a single CVE is its alias; other vendors' notices (XSA-…) may cover several and are left out.
/// </remarks>
internal static class Secdb
{
    /// <param name="urlOf">Where a person reads of an id.</param>
    public static IEnumerable<Advisory> Read(FeedEntry entry, string ecosystem, Func<string, string?> urlOf, FeedSnapshot snapshot)
    {
        foreach (var package in new FeedJsonCursor(entry.Body).Records("packages", (string _, ref Utf8JsonReader reader) => ReadItem(ref reader), snapshot, entry.Name))
        {
            foreach (var advisory in package.Advisories(ecosystem, urlOf)) yield return advisory;
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
        public IEnumerable<Advisory> Advisories(string ecosystem, Func<string, string?> urlOf)
        {
            foreach (var (version, text) in Fixes)
            {
                var ids = text.Split((char[])[' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries);
                var cves = ids.Where(id => id.StartsWith("CVE-", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).ToList();
                IReadOnlyList<string> aliases = cves.Count == 1 ? [.. ids.Where(id => id.StartsWith("GHSA-", StringComparison.Ordinal))] : [];
                foreach (var id in cves.Count > 0 ? cves : ids.Distinct(StringComparer.Ordinal)) yield return ToAdvisory(id, aliases, ecosystem, version, urlOf(id));
            }
        }

        private Advisory ToAdvisory(string id, IReadOnlyList<string> aliases, string ecosystem, string version, string? url) => new()
        {
            Id = id,
            Aliases = aliases,
            Url = url,
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
