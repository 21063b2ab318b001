using System.IO.Compression;
using System.Text.Json;
using Vidimus.Model.Advisories;

namespace Vidimus.Advisories.Nvd;

/// <summary>The National Vulnerability Database, by its yearly feeds; pages of its API beside them are read alike.</summary>
/// <remarks>Its texts, ratings and weaknesses are taken. Which products it names (CPE) is not: that says less than any vendor's record, and is read from <see cref="NvdOverridesFeed"/> alone.</remarks>
public sealed class NvdFeed : IFeed
{
    private const int FirstYear = 2002;
    private const int Years = 29;
    private const int MostBytes = 512 << 20;

    public string Name => "nvd";

    public string Title => "National Vulnerability Database";

    public Uri PublicAddress { get; } = new("https://nvd.nist.gov/feeds/json/cve/2.0/");

    public string Terms => "public domain (NIST); this product uses the NVD API but is not endorsed or certified by the NVD";

    /// <inheritdoc/>
    /// <remarks>A year that is yet to come is absent.</remarks>
    public IReadOnlyList<string> Parts { get; } = [.. Enumerable.Range(FirstYear, Years).Select(year => year.ToString(System.Globalization.CultureInfo.InvariantCulture)), "modified"];

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [.. (parts ?? Parts).Select(part => new FeedFile($"nvdcve-2.0-{part}.json.gz"))];

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel)
    {
        foreach (var entry in snapshot.Entries(".json.gz", cancel).Concat(snapshot.Entries(".json", cancel)))
        {
            if (Unpack(entry, snapshot) is not { } body) continue;
            foreach (var record in new FeedJsonCursor(body).Records("vulnerabilities", ReadItem, snapshot, entry.Name)) yield return record;
        }
    }

    private static CveRecord ReadItem(string name, ref Utf8JsonReader reader)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return NvdReader.Read(document.RootElement);
    }

    private static ReadOnlyMemory<byte>? Unpack(FeedEntry entry, FeedSnapshot snapshot)
    {
        if (entry.Body.Span is not [0x1F, 0x8B, ..]) return entry.Body;
        try
        {
            using var packed = new MemoryStream(entry.Body.ToArray(), writable: false);
            using var stream = new GZipStream(packed, CompressionMode.Decompress);
            var text = new byte[1 << 20];
            var length = 0;
            while (stream.Read(text, length, text.Length - length) is > 0 and var read)
            {
                length += read;
                if (length > MostBytes) throw new InvalidDataException($"it unpacks to more than {MostBytes >> 20} MiB");
                if (length == text.Length) Array.Resize(ref text, length * 2);
            }

            return text.AsMemory(0, length);
        }
        catch (InvalidDataException e)
        {
            snapshot.Reject(entry.Name, e.Message);
            return null;
        }
    }
}
