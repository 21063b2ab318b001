using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Vidimus.Model.Advisories;

namespace Vidimus.Advisories.Epss;

/// <summary>FIRST's Exploit Prediction Scoring System: a probability for every CVE, anew each day.</summary>
/// <remarks>Format: gzip of CSV; a first line <c>#model_version:…,score_date:…</c> and the column <c>percentile</c> are absent in old files.</remarks>
public sealed class EpssFeed : IFeed
{
    private const int MaxBytes = 256 << 20;

    public string Name => "epss";

    public string Title => "FIRST EPSS";

    public Uri PublicAddress { get; } = new("https://epss.empiricalsecurity.com/");

    public string Terms => "free to use with attribution to FIRST (https://www.first.org/epss)";

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [new("epss_scores-current.csv.gz")];

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel)
    {
        foreach (var entry in snapshot.Entries(".csv.gz", cancel))
        {
            foreach (var score in ReadFile(entry, snapshot, cancel)) yield return score;
        }
    }

    private static IEnumerable<ExploitScore> ReadFile(FeedEntry entry, FeedSnapshot snapshot, CancellationToken cancel)
    {
        var (text, length) = Unpack(entry, snapshot);
        DateOnly? date = DayIn(entry.Name);
        var hasHeader = false;
        var number = 0;
        for (var at = 0; at < length;)
        {
            if ((++number & 0xFFF) == 0) cancel.ThrowIfCancellationRequested();
            var end = Array.IndexOf(text, (byte)'\n', at, length - at);
            var isWhole = end >= 0;
            if (!isWhole) end = length;
            var line = text.AsMemory(at, end - at).TrimEnd("\r"u8);
            at = end + 1;
            if (line.IsEmpty) continue;

            if (line.Span[0] == '#') date = DayIn(Encoding.Latin1.GetString(line.Span)) ?? date;
            else if (!hasHeader)
            {
                hasHeader = line.Span.SequenceEqual("cve,epss"u8) || line.Span.StartsWith("cve,epss,"u8);
                if (hasHeader) continue;
                snapshot.Reject(entry.Name, "its header does not begin with cve,epss");
                yield break;
            }
            else if (Score(line.Span, date) is { } score) yield return score;
            else snapshot.Reject($"{entry.Name}: line {number}", isWhole ? "it is not CVE,score,percentile with numbers from 0 to 1" : "the file ends within it");
        }

        if (!hasHeader) snapshot.Reject(entry.Name, "it is empty");
    }

    private static ExploitScore? Score(ReadOnlySpan<byte> line, DateOnly? date)
    {
        var comma = line.IndexOf((byte)',');
        if (comma < 0 || comma > 32 || !line.StartsWith("CVE-"u8)) return null;
        if (Number(line[(comma + 1)..], out var used) is not { } score) return null;

        var rest = line[(comma + 1 + used)..];
        if (rest.IsEmpty) return new(Encoding.ASCII.GetString(line[..comma]), score, null, date);
        return rest[0] == ',' && Number(rest[1..], out used) is { } percentile && (rest.Length == 1 + used || rest[1 + used] == ',')
            ? new(Encoding.ASCII.GetString(line[..comma]), score, percentile, date)
            : null;
    }

    private static double? Number(ReadOnlySpan<byte> text, out int used) => Utf8Parser.TryParse(text, out double number, out used) && number is >= 0 and <= 1 ? number : null;

    /// <summary>A day in the comment line (<c>score_date:2023-03-07T00:00:00+0000</c>) or, for files older than that, in the file's name.</summary>
    private static DateOnly? DayIn(string text)
    {
        for (var at = 0; at + 10 <= text.Length; at++)
        {
            if (text[at] is '1' or '2' && DateOnly.TryParseExact(text.AsSpan(at, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && (at == 0 || text[at - 1] is ':' or '-')) return day;
        }

        return null;
    }

    /// <summary>The file's text, as far as it can be unpacked.</summary>
    private static (byte[] Text, int Length) Unpack(FeedEntry entry, FeedSnapshot snapshot)
    {
        var text = new byte[1 << 20];
        var length = 0;
        try
        {
            using var packed = new MemoryStream(entry.Body.ToArray(), writable: false);
            using var stream = new GZipStream(packed, CompressionMode.Decompress);
            while (stream.Read(text, length, text.Length - length) is > 0 and var read)
            {
                length += read;
                if (length > MaxBytes) throw new InvalidDataException($"it unpacks to more than {MaxBytes >> 20} MiB");
                if (length == text.Length) Array.Resize(ref text, length * 2);
            }

            // A torn stream just ends; the length that gzip keeps at its very end (RFC 1952, ISIZE) tells.
            if (entry.Body.Length < 18 || BinaryPrimitives.ReadUInt32LittleEndian(entry.Body.Span[^4..]) != (uint)length) throw new InvalidDataException("the file is torn: it does not unpack to the length at its end");
        }
        catch (InvalidDataException e)
        {
            snapshot.Reject(entry.Name, e.Message);
        }

        return (text, Math.Min(length, MaxBytes));
    }
}
