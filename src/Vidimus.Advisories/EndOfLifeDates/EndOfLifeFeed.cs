using System.Globalization;
using System.Text.Json;
using Vidimus.Model.Advisories;

namespace Vidimus.Advisories.EndOfLifeDates;

/// <summary>Release and end-of-life dates by endoflife.date.</summary>
/// <remarks>Format: a JSON document a product, in <c>releases</c> an object a cycle. <c>eol</c> is the end of security support, <c>eoes</c> that of extended support: dates, or true and false where no day is
/// known. Extended support mostly is another product with a subscription and does not count; Debian's (LTS) comes to everyone through the same archive and does.</remarks>
public sealed class EndOfLifeFeed : IFeed
{
    public string Name => "eol";

    public string Title => "endoflife.date";

    public Uri PublicAddress { get; } = new("https://github.com/endoflife-date/release-data/archive/refs/heads/main.zip");

    public string Terms => "MIT";

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [new("releases/")];

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel)
    {
        foreach (var entry in snapshot.Entries(".json", cancel))
        {
            var product = Path.GetFileNameWithoutExtension(entry.Name);
            foreach (var cycle in new FeedJsonCursor(entry.Body).Records<Model.Advisories.EndOfLife>("releases", (string name, ref Utf8JsonReader reader) => ReadCycle(product, name, ref reader), snapshot, entry.Name)) yield return cycle;
        }
    }

    private static Model.Advisories.EndOfLife ReadCycle(string product, string cycle, ref Utf8JsonReader reader)
    {
        FeedJson.Expect(ref reader, JsonTokenType.StartObject, "a cycle");
        DateOnly? released = null, ends = null, extended = null;
        while (FeedJson.NextMember(ref reader, out var name))
        {
            if (name.ValueTextEquals("releaseDate"u8)) released = Day(ref reader);
            else if (name.ValueTextEquals("eol"u8)) ends = Day(ref reader);
            else if (name.ValueTextEquals("eoes"u8)) extended = Day(ref reader);
            else reader.Skip();
        }

        return new(product, cycle, product == "debian" ? extended ?? ends : ends) { Released = released };
    }

    /// <summary>A day; the first of all days for what ended on an unknown one.</summary>
    private static DateOnly? Day(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => DateOnly.ParseExact(reader.GetString()!, "yyyy-MM-dd", CultureInfo.InvariantCulture),
        JsonTokenType.True => DateOnly.MinValue,
        JsonTokenType.False => null,
        _ => throw new JsonException("a date is neither a text nor true or false"),
    };
}
