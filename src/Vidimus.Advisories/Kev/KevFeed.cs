using System.Globalization;
using System.Text.Json;
using Vidimus.Model.Advisories;

namespace Vidimus.Advisories.Kev;

/// <summary>CISA's catalogue of vulnerabilities known to be exploited.</summary>
/// <remarks>Format: one JSON document with a list <c>vulnerabilities</c>; dates are days without a zone.</remarks>
public sealed class KevFeed : IFeed
{
    public string Name => "kev";

    public string Title => "CISA Known Exploited Vulnerabilities";

    public Uri PublicAddress { get; } = new("https://www.cisa.gov/sites/default/files/feeds/");

    public string Terms => "CC0-1.0";

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [new("known_exploited_vulnerabilities.json")];

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel)
    {
        foreach (var entry in snapshot.Entries("known_exploited_vulnerabilities.json", cancel))
        {
            var document = new FeedJsonCursor(entry.Body);
            foreach (var record in document.Records<FeedRecord>("vulnerabilities", ReadEntry, snapshot, entry.Name)) yield return record;
        }
    }

    private static ExploitedEntry ReadEntry(string name, ref Utf8JsonReader reader)
    {
        FeedJson.Expect(ref reader, JsonTokenType.StartObject, "an entry");
        string? id = null, added = null, due = null, ransomware = null;
        while (FeedJson.NextMember(ref reader, out var member))
        {
            if (member.ValueTextEquals("cveID"u8)) id = FeedJson.Text(ref reader, "cveID");
            else if (member.ValueTextEquals("dateAdded"u8)) added = FeedJson.Text(ref reader, "dateAdded");
            else if (member.ValueTextEquals("dueDate"u8)) due = FeedJson.Text(ref reader, "dueDate");
            else if (member.ValueTextEquals("knownRansomwareCampaignUse"u8)) ransomware = FeedJson.Text(ref reader, "knownRansomwareCampaignUse");
            else reader.Skip();
        }

        if (string.IsNullOrEmpty(id)) throw new JsonException("it has no cveID");
        if (Day(added) is not { } day) throw new JsonException($"{id}: dateAdded is not a date");
        return new(id, day, Day(due), ransomware == "Known");
    }

    private static DateOnly? Day(string? text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
