using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Vidimus.Model.Advisories;

namespace Vidimus.Advisories;

// How rows become values.
public sealed partial class Book
{
    /// <summary>Text blocks that were expanded, by their number's low digits: findings of one vulnerability follow each other, and ask for title and address in turn.</summary>
    private readonly ExpandedText?[] expanded = new ExpandedText?[64];

    /// <summary>Texts of up to so many bytes are looked at without giving them memory.</summary>
    private const int TextBuffer = 256;

    internal ref readonly KeyRow KeyRow(int number) => ref keys[number];

    internal ref readonly AdvisoryRow AdvisoryRow(int number) => ref advisories[number];

    internal int AdvisoryId(int number) => advisoryFacts[number].Id;

    internal ref readonly VulnerabilityRow VulnerabilityRow(int number) => ref vulnerabilities[number];

    internal uint AffectedRow(int number) => affected[number];

    internal int AdvisoryOf(int affectedNumber) => (int)(affected[affectedNumber] >> AffectedTraits.Bits);

    internal Slice Records(int key) => new(keys[key].FirstAffected, keys[key + 1].FirstAffected - keys[key].FirstAffected);

    internal string EcosystemOf(int key)
    {
        var number = ecosystems.Count - 1;
        while (number > 0 && ecosystems[number].FirstKey > key) number--;
        return String(ecosystems[number].Name);
    }

    /// <summary>The key of a record: the last that begins at it or before.</summary>
    internal int KeyOf(int affectedNumber)
    {
        _ = affected[affectedNumber];
        int low = 0, high = KeyCount - 1;
        while (low < high)
        {
            var middle = (low + high + 1) >>> 1;
            if (keys[middle].FirstAffected <= affectedNumber) low = middle;
            else high = middle - 1;
        }

        return low;
    }

    /// <summary>A string, in the buffer when it is short.</summary>
    private ReadOnlySpan<char> Text(int number, Span<char> buffer)
    {
        var bytes = Utf8(number);
        if (bytes.Length > buffer.Length) return Encoding.UTF8.GetString(bytes);
        return buffer[..Encoding.UTF8.GetChars(bytes, buffer)];
    }

    private ReadOnlySpan<byte> Utf8(int number)
    {
        var end = stringEnds[number];
        var start = number == 0 ? 0 : stringEnds[number - 1];
        return stringBytes[new Slice(start, end - start)];
    }

    internal string String(int number) => Encoding.UTF8.GetString(Utf8(number));

    internal string[] Strings(ref ByteReader reader)
    {
        var all = new string[reader.Count()];
        for (var i = 0; i < all.Length; i++) all[i] = String(reader.Number());
        return all;
    }

    internal SeverityRating[] Ratings(ref ByteReader reader)
    {
        var all = new SeverityRating[reader.Count()];
        for (var i = 0; i < all.Length; i++)
        {
            var row = ratings[reader.Number()];
            all[i] = new(String(row.Source), String(row.Type), String(row.Value), double.IsNaN(row.Score) ? null : row.Score);
        }

        return all;
    }

    /// <summary>The vulnerabilities that an advisory tells of.</summary>
    internal int[] ToldBy(int advisory) => advisories[advisory].Tells is var one and >= 0 ? [one] : new ByteReader(From(told, (uint)~advisories[advisory].Tells)).Ascending();

    internal BookAdvisoryFacts Facts(int advisory)
    {
        var reader = new ByteReader(From(factBytes, advisoryFacts[advisory].Facts));
        var withdrawn = advisories[advisory].Traits.HasFlag(AdvisoryTraits.Withdrawn) ? BookTimes.Time(BinaryPrimitives.ReadUInt32LittleEndian(reader.Bytes(4)), times) : null;
        return new(withdrawn, reader.Ascending(), Ratings(ref reader), Strings(ref reader), Strings(ref reader));
    }

    /// <summary>When a withdrawn advisory was; its facts begin with it.</summary>
    internal DateTimeOffset? Withdrawn(int advisory) => BookTimes.Time(BinaryPrimitives.ReadUInt32LittleEndian(new ByteReader(From(factBytes, advisoryFacts[advisory].Facts)).Bytes(4)), times);

    internal DateTimeOffset? Published(int advisory) => BookTimes.Time(advisories[advisory].Published, times);

    internal DateTimeOffset? Modified(int advisory) => BookTimes.Time(advisoryFacts[advisory].Modified, times);

    /// <summary>The advisories that tell of a vulnerability, and behind them its ids.</summary>
    internal int[] Tellers(int vulnerability, out string[] names)
    {
        var reader = new ByteReader(From(vulnerabilityBytes, vulnerabilities[vulnerability].Lists >> 1));
        var all = reader.Ascending();
        names = Strings(ref reader);
        return all;
    }

    /// <summary>The range of a record that holds, as a hit names it.</summary>
    public BookRange Range(BookHit hit) => Record(hit.Affected).Ranges is var all && (uint)hit.Range < (uint)all.Length ? all[hit.Range] : throw new InvalidDataException("The advisory book is damaged: a range lies outside its record.");

    /// <summary>What a record says beside its status.</summary>
    internal BookRecord Record(int affectedNumber)
    {
        var key = KeyOf(affectedNumber);
        var bytes = BytesOf(key);
        var reader = RecordAt(bytes, keys[key].FirstAffected, affectedNumber);
        var row = affected[affectedNumber];
        var ranges = Ranges(ref reader, row, bytes);
        if ((row & AffectedTraits.HasMore) == 0) return new(ranges, null, [], [], []);
        return new(ranges, reader.Number() is > 0 and var module ? String(module - 1) : null, Strings(ref reader), Ratings(ref reader), Strings(ref reader));
    }

    private BookRange[] Ranges(ref ByteReader reader, uint row, in KeyBytes bytes)
    {
        switch ((RangeForm)((row >> AffectedTraits.FormShift) & AffectedTraits.FormMask))
        {
            case RangeForm.None:
                return [];
            case RangeForm.All:
                return [new([new(RangeEventKind.Introduced, "0")], Readable: true)];
            case RangeForm.Before:
                return [new([new(RangeEventKind.Introduced, "0"), new(RangeEventKind.Fixed, String(Border(bytes, reader.Number())))], Readable: true)];
        }

        var all = new BookRange[reader.Count()];
        for (var i = 0; i < all.Length; i++)
        {
            var head = reader.Number();
            if (head >> 1 > reader.Rest.Length) throw new InvalidDataException("The advisory book is damaged: a range has more events than bytes.");
            var events = new RangeEvent[head >> 1];
            for (var e = 0; e < events.Length; e++)
            {
                var code = reader.Number();
                var version = code >> EventCode.Shift;
                events[e] = new((RangeEventKind)(code & EventCode.KindMask), String((code & EventCode.IsBorder) != 0 ? Border(bytes, version) : version));
            }

            all[i] = new(events, (head & 1) != 0);
        }

        return all;
    }

    private ByteReader RecordAt(in KeyBytes bytes, int first, int affectedNumber)
    {
        var place = (affectedNumber - first) / KeyBytes.PlaceEach;
        var start = 0;
        if (place > 0)
        {
            if (place * KeyBytes.PlaceSize > bytes.Places.Length) throw new InvalidDataException("The advisory book is damaged: a record lies outside its key.");
            start = BinaryPrimitives.ReadInt32LittleEndian(bytes.Places[((place - 1) * KeyBytes.PlaceSize)..]);
        }

        if ((uint)start > (uint)bytes.Records.Length) throw new InvalidDataException("The advisory book is damaged: a record lies outside its key.");
        var reader = new ByteReader(bytes.Records[start..]);
        for (var before = first + (place * KeyBytes.PlaceEach); before < affectedNumber; before++) Skip(ref reader, affected[before]);
        return reader;
    }

    /// <summary>Goes behind a record without reading its strings.</summary>
    private static void Skip(ref ByteReader reader, uint row)
    {
        var form = (RangeForm)((row >> AffectedTraits.FormShift) & AffectedTraits.FormMask);
        if (form == RangeForm.Before) reader.Number();
        for (var ranges = form == RangeForm.Spelled ? reader.Count() : 0; ranges > 0; ranges--)
        {
            for (var events = reader.Number() >> 1; events > 0; events--) reader.Number();
        }

        if ((row & AffectedTraits.HasMore) == 0) return;
        reader.Number();
        for (var lists = 0; lists < 3; lists++)
        {
            for (var count = reader.Count(); count > 0; count--) reader.Number();
        }
    }

    private KeyBytes BytesOf(int key)
    {
        var (start, end) = (keys[key].Bytes, keys[key + 1].Bytes);
        if (start > end || end > int.MaxValue) throw new InvalidDataException("The advisory book is damaged: a key's bytes end before they begin.");
        return new(keyBytes[new Slice((int)start, (int)(end - start))], Records(key).Count);
    }

    private static int Border(in KeyBytes bytes, int number) =>
        (uint)number < (uint)bytes.BorderCount ? ByteReader.Three(bytes.Borders, KeyBytes.BorderSize, number) : throw new InvalidDataException("The advisory book is damaged: a version lies outside its key.");

    private static ReadOnlySpan<byte> From(Rows<byte> bytes, uint start) =>
        start <= bytes.Count ? bytes[new Slice((int)start, bytes.Count - (int)start)] : throw new InvalidDataException("The advisory book is damaged, or was closed: a list lies outside its section.");

    internal static DateTimeOffset? Time(long ticks) => ticks == 0 ? null
        : ticks > 0 && ticks <= DateTimeOffset.MaxValue.UtcTicks ? new(ticks, TimeSpan.Zero)
        : throw new InvalidDataException("The advisory book is damaged: it holds a time that is none.");

    /// <summary>A text of an advisory: its parts are the title, the address and the details, each ended by a NUL.</summary>
    internal string? TextPart(int advisory, int part)
    {
        var start = advisoryFacts[advisory].Text;
        int low = 0, high = textBlocks.Count - 1;
        while (low < high)
        {
            var middle = (low + high + 1) >>> 1;
            if (textBlocks[middle].Start <= start) low = middle;
            else high = middle - 1;
        }

        if (textBlocks.Count == 0) return null;
        var row = textBlocks[low];
        var end = advisory + 1 < advisoryFacts.Count ? advisoryFacts[advisory + 1].Text : row.Start + (uint)row.Expanded;
        if (end == start) return null;
        var block = Expand(low);
        if (start < row.Start || end < start || end - row.Start > (uint)block.Length) throw new InvalidDataException("The advisory book is damaged: a text lies outside its block.");

        var rest = block.AsSpan((int)(start - row.Start), (int)(end - start));
        for (var skipped = 0; ; skipped++)
        {
            var length = rest.IndexOf((byte)0);
            if (length < 0) throw new InvalidDataException("The advisory book is damaged: a text has no end.");
            if (skipped == part) return length == 0 ? null : Encoding.UTF8.GetString(rest[..length]);
            rest = rest[(length + 1)..];
        }
    }

    private byte[] Expand(int number)
    {
        ref var slot = ref expanded[number % expanded.Length];
        if (slot is { } known && known.Number == number) return known.Bytes;
        var row = textBlocks[number];
        if (row.Expanded is < 0 or > BookFormat.TextBlock + (8 * BookFormat.MaxDetails)) throw new InvalidDataException("The advisory book is damaged: a text block has an impossible size.");

        var bytes = new byte[row.Expanded];
        if (!BrotliDecoder.TryDecompress(textBytes[new Slice(row.Offset, row.Length)], bytes, out var length) || length != bytes.Length) throw new InvalidDataException("The advisory book is damaged: a text block is torn.");
        slot = new(number, bytes);
        return bytes;
    }

    private static DateOnly? Day(int day) => day < 0 ? null
        : day <= DateOnly.MaxValue.DayNumber ? DateOnly.FromDayNumber(day)
        : throw new InvalidDataException("The advisory book is damaged: it holds a day that is none.");

    private sealed record ExpandedText(int Number, byte[] Bytes);
}

/// <summary>What is shown of an advisory.</summary>
internal sealed record BookAdvisoryFacts(DateTimeOffset? Withdrawn, int[] Affected, SeverityRating[] Ratings, string[] Cwes, string[] Ssvc);

/// <summary>What a record says of a package.</summary>
internal sealed record BookRecord(BookRange[] Ranges, string? Module, string[] Architectures, SeverityRating[] Ratings, string[] Versions);
