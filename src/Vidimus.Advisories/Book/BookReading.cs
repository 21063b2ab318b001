using System.IO.Compression;
using System.Text;
using Vidimus.Model.Advisories;

namespace Vidimus.Advisories;

// How rows become values.
public sealed partial class Book
{
    /// <summary>Text blocks that were expanded, by their number's low digits: findings of one vulnerability follow each other, and ask for title and address in turn.</summary>
    private readonly ExpandedText?[] expanded = new ExpandedText?[64];

    internal ref readonly KeyRow KeyRow(int number) => ref keys[number];

    internal ref readonly AffectedRow AffectedRow(int number) => ref affected[number];

    internal ref readonly AdvisoryRow AdvisoryRow(int number) => ref advisories[number];

    internal ref readonly VulnerabilityRow VulnerabilityRow(int number) => ref vulnerabilities[number];

    internal ReadOnlySpan<int> Integers(Slice slice) => integers[slice];

    internal string Ecosystem(int number) => String(ecosystems[number]);

    internal ReadOnlySpan<char> Text(int number)
    {
        var end = stringEnds[number];
        var start = number == 0 ? 0 : stringEnds[number - 1];
        return stringChars[new Slice(start, end - start)];
    }

    internal string String(int number) => new(Text(number));

    internal string[] Strings(Slice slice)
    {
        var numbers = integers[slice];
        var all = new string[numbers.Length];
        for (var i = 0; i < all.Length; i++) all[i] = String(numbers[i]);
        return all;
    }

    internal SeverityRating[] Ratings(Slice slice)
    {
        var rows = ratings[slice];
        var all = new SeverityRating[rows.Length];
        for (var i = 0; i < all.Length; i++) all[i] = new(String(rows[i].Source), String(rows[i].Type), String(rows[i].Value), double.IsNaN(rows[i].Score) ? null : rows[i].Score);
        return all;
    }

    internal BookRange[] Ranges(Slice slice)
    {
        var rows = ranges[slice];
        var all = new BookRange[rows.Length];
        for (var i = 0; i < all.Length; i++) all[i] = Range(slice.First + i);
        return all;
    }

    /// <summary>The range of that number, as a hit names it.</summary>
    public BookRange Range(int number)
    {
        var row = ranges[number];
        var rows = events[row.Events];
        var all = new RangeEvent[rows.Length];
        for (var i = 0; i < all.Length; i++) all[i] = new((RangeEventKind)rows[i].Kind, String(rows[i].Version));
        return new(all, row.Readable != 0);
    }

    internal static DateTimeOffset? Time(long ticks) => ticks == 0 ? null
        : ticks > 0 && ticks <= DateTimeOffset.MaxValue.UtcTicks ? new(ticks, TimeSpan.Zero)
        : throw new InvalidDataException("The advisory book is damaged: it holds a time that is none.");

    /// <summary>A text of an advisory: its parts are the title, the address and the details, each ended by a NUL.</summary>
    internal string? TextPart(in AdvisoryRow row, int part)
    {
        if (row.TextBlock < 0) return null;
        var block = Expand(row.TextBlock);
        if ((uint)row.TextOffset > (uint)block.Length || (uint)row.TextLength > (uint)(block.Length - row.TextOffset)) throw new InvalidDataException("The advisory book is damaged: a text lies outside its block.");

        var rest = block.AsSpan(row.TextOffset, row.TextLength);
        for (var skipped = 0; ; skipped++)
        {
            var end = rest.IndexOf((byte)0);
            if (end < 0) throw new InvalidDataException("The advisory book is damaged: a text has no end.");
            if (skipped == part) return end == 0 ? null : Encoding.UTF8.GetString(rest[..end]);
            rest = rest[(end + 1)..];
        }
    }

    private byte[] Expand(int number)
    {
        ref var slot = ref expanded[number % expanded.Length];
        if (slot is { } known && known.Number == number) return known.Bytes;
        var row = textBlocks[number];
        if (row.Expanded is < 0 or > (BookFormat.TextBlock + (4 * BookFormat.MaxDetails) + (1 << 20)) || row.Offset is < 0 or > int.MaxValue) throw new InvalidDataException("The advisory book is damaged: a text block has an impossible size.");

        var bytes = new byte[row.Expanded];
        using var stream = new DeflateStream(new MemoryStream(textBytes[new Slice((int)row.Offset, row.Length)].ToArray(), writable: false), CompressionMode.Decompress);
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length) throw new InvalidDataException("The advisory book is damaged: a text block is torn.");
        slot = new(number, bytes);
        return bytes;
    }

    private static DateOnly? Day(int day) => day < 0 ? null
        : day <= DateOnly.MaxValue.DayNumber ? DateOnly.FromDayNumber(day)
        : throw new InvalidDataException("The advisory book is damaged: it holds a day that is none.");

    private sealed record ExpandedText(int Number, byte[] Bytes);
}
