using System.Text.Json;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.DotNet;

/// <summary>The vulnerabilities that .NET discloses with its releases: a document a month, with the NuGet packages and the products that they were in.</summary>
/// <remarks>Format: dotnet/core's branch release-index, <c>release-notes/timeline/YEAR/MONTH/cve.json</c>. Products (<c>dotnet-runtime</c>, <c>dotnet-aspnetcore</c>, <c>dotnet-sdk</c>) are filed under <c>.NET</c>: kept, not judged.</remarks>
public sealed class DotNetReleaseFeed : IFeed
{
    public string Name => "dotnet";

    public string Title => ".NET release notes";

    public Uri PublicAddress { get; } = new("https://github.com/dotnet/core/archive/refs/heads/release-index.zip");

    public string Terms => "MIT";

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [new("release-notes/timeline/")];

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel)
    {
        foreach (var entry in snapshot.Entries("/cve.json", cancel))
        {
            foreach (var record in FeedPack.Json(entry, snapshot, Month)) yield return record;
        }
    }

    private static IEnumerable<Advisory> Month(JsonElement? root)
    {
        var affected = root.Member("packages").Items().Select(p => (Ecosystem: "NuGet", Item: (JsonElement?)p))
            .Concat(root.Member("products").Items().Select(p => (Ecosystem: ".NET", Item: (JsonElement?)p)))
            .ToLookup(p => p.Item.Text("cve_id"), StringComparer.Ordinal);
        var modified = FeedDates.Day(root.Text("last_updated"));
        foreach (JsonElement? item in root.Member("disclosures").Items())
        {
            var id = item.Text("id") ?? throw new InvalidDataException("a disclosure has no id");
            yield return new()
            {
                Id = id,
                Title = item.Text("problem"),
                Details = string.Join('\n', item.Texts("description")),
                Url = item.Texts("references").FirstOrDefault(),
                Published = FeedDates.Day(item.Member("timeline").Member("disclosure").Text("date")),
                Modified = modified,
                Severities = Ratings(item),
                Cwes = [.. item.Texts("weakness")],
                Affected = [.. affected[id].Select(p => ToAffected(p.Ecosystem, p.Item))],
            };
        }
    }

    private static List<SeverityRating> Ratings(JsonElement? disclosure)
    {
        var ratings = new List<SeverityRating>();
        if (disclosure.Member("cna").Text("severity") is { } word) ratings.Add(new("microsoft", "word", word));
        if (disclosure.Member("cvss") is { } cvss && FeedElements.TypeOf(((JsonElement?)cvss).Text("vector")) is { } type) ratings.Add(new("microsoft", type, ((JsonElement?)cvss).Text("vector")!));
        return ratings;
    }

    private static Affected ToAffected(string ecosystem, JsonElement? item)
    {
        var name = item.Text("name") ?? throw new InvalidDataException("an affected package has no name");
        var first = item.Text("min_vulnerable") is { Length: > 0 } from ? from : "0";
        List<RangeEvent> events = [new(RangeEventKind.Introduced, first)];
        if (item.Text("fixed") is { Length: > 0 } end) events.Add(new(RangeEventKind.Fixed, end));
        else if (item.Text("max_vulnerable") is { Length: > 0 } last) events.Add(new(RangeEventKind.LastAffected, last));
        return new() { Ecosystem = ecosystem, Name = name, Ranges = [new(events)] };
    }
}
