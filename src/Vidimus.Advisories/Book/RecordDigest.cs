using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Vidimus.Model.Advisories;

namespace Vidimus.Advisories;

/// <summary>Tells two records apart by all that they hold, and brings their texts into the form that the book keeps.</summary>
internal sealed class RecordDigest
{
    private const int MaxTitle = 1 << 10;
    private const int MaxUrl = 2 << 10;

    private readonly ArrayBufferWriter<byte> content = new(64 << 10);
    private readonly ArrayBufferWriter<byte> text = new(BookFormat.MaxDetails);

    /// <summary>The digest, and the texts; they are valid until the next call.</summary>
    public (long Hash, ReadOnlyMemory<byte> Text) Of(Advisory advisory)
    {
        content.ResetWrittenCount();
        Put((long)advisory.Kind, advisory.Published?.UtcTicks ?? 0, advisory.Modified?.UtcTicks ?? 0, advisory.Withdrawn?.UtcTicks ?? 0);
        Put(advisory.Aliases);
        Put(advisory.Upstream);
        Put(advisory.Cwes);
        Put(advisory.Severities);
        foreach (var affected in advisory.Affected) Put(affected);
        return End(advisory.Title, advisory.Url, advisory.Details);
    }

    /// <summary>The digest, and the texts; they are valid until the next call.</summary>
    public (long Hash, ReadOnlyMemory<byte> Text) Of(CveRecord record)
    {
        content.ResetWrittenCount();
        Put(record.Rejected ? 1 : 0, record.Published?.UtcTicks ?? 0);
        Put(record.Cwes);
        Put(record.Severities);
        foreach (var (name, value) in record.Ssvc.OrderBy(p => p.Key, StringComparer.Ordinal)) Put([name, value]);
        return End(record.Title, null, record.Details);
    }

    private (long Hash, ReadOnlyMemory<byte> Text) End(string? title, string? url, string? details)
    {
        Put([title ?? "", url ?? "", details ?? ""]);
        text.ResetWrittenCount();
        PutText(title, MaxTitle);
        PutText(url, MaxUrl);
        PutText(details, BookFormat.MaxDetails);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content.WrittenSpan, digest);
        return (BinaryPrimitives.ReadInt64LittleEndian(digest), text.WrittenCount == 3 ? default : text.WrittenMemory);
    }

    private void Put(Affected affected)
    {
        Put([affected.Ecosystem, affected.Name, affected.Module ?? ""]);
        Put((long)affected.Status);
        Put(affected.Architectures);
        Put(affected.Versions);
        Put(affected.Severities);
        foreach (var range in affected.Ranges)
        {
            Put(range.Events.Count);
            foreach (var (kind, version) in range.Events)
            {
                Put((long)kind);
                Put(version);
            }
        }
    }

    private void Put(IReadOnlyList<SeverityRating> ratings)
    {
        foreach (var rating in ratings)
        {
            Put([rating.Source, rating.Type, rating.Value]);
            Put(BitConverter.DoubleToInt64Bits(rating.Score ?? double.NaN));
        }
    }

    private void Put(IReadOnlyList<string> texts)
    {
        Put(texts.Count);
        foreach (var part in texts) Put(part);
    }

    private void Put(string part)
    {
        Put(part.Length);
        var space = content.GetSpan(Encoding.UTF8.GetMaxByteCount(part.Length));
        content.Advance(Encoding.UTF8.GetBytes(part, space));
    }

    private void Put(params ReadOnlySpan<long> numbers)
    {
        foreach (var number in numbers)
        {
            BinaryPrimitives.WriteInt64LittleEndian(content.GetSpan(sizeof(long)), number);
            content.Advance(sizeof(long));
        }
    }

    /// <summary>Writes a text without NULs, cut where a character ends, and the NUL that ends it.</summary>
    private void PutText(string? value, int limit)
    {
        var part = value.AsSpan(0, Math.Min(value?.Length ?? 0, limit));
        var space = text.GetSpan(Encoding.UTF8.GetMaxByteCount(part.Length) + 1);
        var length = Encoding.UTF8.GetBytes(part, space);
        if (length > limit)
        {
            length = limit;
            while (length > 0 && (space[length] & 0xC0) == 0x80) length--;
        }

        space[..length].Replace((byte)0, (byte)' ');
        space[length] = 0;
        text.Advance(length + 1);
    }
}
