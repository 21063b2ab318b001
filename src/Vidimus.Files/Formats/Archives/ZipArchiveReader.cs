using System.Buffers.Binary;
using Vidimus.Files.Streams;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Files.Formats.Archives;

/// <summary>Whether an entry is to be listed, asked with its name's bytes before anything is allocated for it.</summary>
public delegate bool ZipNameFilter(ReadOnlySpan<byte> name);

/// <summary>Reads zip archives (jar, war, wheel, nupkg, …) from hostile bytes: the central directory first, then the entries that are asked for.</summary>
/// <remarks>
/// Format: PKWARE's APPNOTE 6.3. Read are zip64, data descriptors, comments, data in front of the archive (self-extracting and executable jars); stored and deflated entries.
/// The central directory alone says what there is; local headers only where the bytes begin. What can't be read is told to the note and is never an exception of its own kind:
/// only an archive without a readable directory, and bytes that do not unpack to what their record claims, are an <see cref="InvalidDataException"/>. Not for several threads.
/// </remarks>
public sealed class ZipArchiveReader
{
    internal const uint RecordSignature = 0x02014B50;
    private const uint LocalSignature = 0x04034B50;
    private const int RecordLength = 46;
    private const byte MadeOnUnix = 3;
    private const byte MadeOnWindows = 10;
    private const byte MadeOnDarwin = 19;
    private const int LocalLength = 30;

    /// <summary>Deflate can't do better than 1,032 to 1; a record that claims more lies.</summary>
    private const int MostDeflated = 1032;

    private readonly Stream stream;
    private readonly ZipLimits limits;
    private readonly Action<string, string> note;
    private readonly ZipBudget budget;
    private readonly List<ZipEntry> entries = [];

    private ZipArchiveReader(Stream stream, ZipLimits limits, Action<string, string> note, ZipBudget budget)
    {
        this.stream = stream;
        this.limits = limits;
        this.note = note;
        this.budget = budget;
    }

    /// <summary>The wanted entries in the directory's order; a name may be there twice.</summary>
    public IReadOnlyList<ZipEntry> Entries => entries;

    /// <summary>Reads the directory.</summary>
    /// <param name="stream">Seekable; stays open and belongs to the caller.</param>
    /// <param name="note">Told of what could not be read: the sentence and one of <see cref="Notes"/>' kinds.</param>
    /// <param name="wants">Which entries are listed; null for all. All are checked for overlaps.</param>
    /// <param name="budget">The unpacked bytes that are left, where several archives (nested ones) share them; null for <see cref="ZipLimits.TotalBytes"/>.</param>
    /// <exception cref="InvalidDataException">Not a zip, or its directory can't be found.</exception>
    public static ZipArchiveReader Open(Stream stream, ZipLimits limits, Action<string, string> note, ZipNameFilter? wants = null, ZipBudget? budget = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(note);
        var reader = new ZipArchiveReader(stream, limits, note, budget ?? new(limits.TotalBytes));
        reader.ReadDirectory(ZipDirectoryEnd.Find(stream), wants);
        return reader;
    }

    /// <summary>An entry's unpacked bytes; null, with a note, when they can't be read or a bound forbids it.</summary>
    /// <remarks>Reading throws <see cref="InvalidDataException"/> when the bytes do not unpack, or not to the claimed length and checksum.</remarks>
    public Stream? OpenRead(ZipEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return Locate(entry) is not { } packed ? null
            : entry.Size > limits.EntryBytes ? Refuse(entry, $"unpacks to {entry.Size} bytes, more than the {limits.EntryBytes} allowed", Notes.Limit)
            : !budget.Take(entry.Size) ? Refuse(entry, "is left out: the archive unpacks to more than is allowed", Notes.Limit)
            : new ZipEntryStream(packed, entry);
    }

    /// <summary>A stored entry's bytes in place, seekable and of any size; null when it is compressed or can't be read.</summary>
    /// <remarks>For archives in archives, which are read by seeking: the entry's own checksum is not verified, those inside it are.</remarks>
    public Stream? OpenInPlace(ZipEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.Method is ZipMethod.Stored && entry.CompressedSize == entry.Size ? Locate(entry) : null;
    }

    /// <summary>An entry's unpacked bytes as a whole; null after a note.</summary>
    public byte[]? Read(ZipEntry entry)
    {
        using var bytes = OpenRead(entry);
        if (bytes is null) return null;
        using var whole = new MemoryStream((int)Math.Min(entry.Size, 1 << 16)); // grows with what is there, not with what is claimed
        bytes.CopyTo(whole);
        return whole.ToArray();
    }

    private void ReadDirectory(ZipDirectoryEnd end, ZipNameFilter? wants)
    {
        using var directory = new BufferedStream(new WindowStream(stream, end.Offset, end.Length), 1 << 16);
        var extents = new ZipExtents();
        Span<byte> record = stackalloc byte[RecordLength];
        var name = new byte[256];
        var extra = new byte[256];
        var count = 0UL;
        var tooLong = 0;

        for (var left = end.Length; left >= RecordLength; count++)
        {
            if (count == (ulong)limits.Entries)
            {
                note($"the zip directory has more than {limits.Entries} entries; the rest is left out", Notes.Limit);
                extents.MarkOverlaps(end.Offset, note);
                return;
            }

            directory.ReadExactly(record);
            if (BinaryPrimitives.ReadUInt32LittleEndian(record) != RecordSignature) break;

            int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(record[28..]);
            int extraLength = BinaryPrimitives.ReadUInt16LittleEndian(record[30..]);
            int commentLength = BinaryPrimitives.ReadUInt16LittleEndian(record[32..]);
            left -= RecordLength + nameLength + extraLength + commentLength;
            if (left < 0) break;
            if (name.Length < nameLength) name = new byte[ushort.MaxValue];
            if (extra.Length < extraLength) extra = new byte[ushort.MaxValue];
            directory.ReadExactly(name, 0, nameLength);
            directory.ReadExactly(extra, 0, extraLength);
            directory.Seek(commentLength, SeekOrigin.Current);

            var sizes = Sizes(record, extra.AsSpan(0, extraLength), end.Shift);
            ZipEntry? entry = null;
            if (nameLength > limits.NameLength)
            {
                tooLong++;
            }
            else if (wants is null || wants(name.AsSpan(0, nameLength)))
            {
                entry = new(PathText.Decode(name.AsSpan(0, nameLength)), (ZipMethod)BinaryPrimitives.ReadUInt16LittleEndian(record[10..]),
                    sizes.Packed, sizes.Unpacked, BinaryPrimitives.ReadUInt32LittleEndian(record[16..]), sizes.Offset)
                {
                    IsEncrypted = (BinaryPrimitives.ReadUInt16LittleEndian(record[8..]) & 1) != 0,
                    UnixMode = record[5] is MadeOnUnix or MadeOnDarwin ? BinaryPrimitives.ReadUInt16LittleEndian(record[40..]) : 0u,
                    IsFromDos = record[5] is 0 or MadeOnWindows,
                    Modified = DosTime(BinaryPrimitives.ReadUInt16LittleEndian(record[14..]), BinaryPrimitives.ReadUInt16LittleEndian(record[12..])),
                };
                entries.Add(entry);
            }

            extents.Add(sizes.Offset, LocalLength + nameLength + sizes.Packed, entry);
        }

        if (end.IsZip64 ? count != end.Entries : (ushort)count != end.Entries) note($"the zip directory tells of {end.Entries} entries and holds {count}", Notes.Malformed);
        if (tooLong > 0) note($"{tooLong} zip entries have names longer than {limits.NameLength} bytes and are left out", Notes.Limit);
        extents.MarkOverlaps(end.Offset, note);
    }

    /// <summary>Sizes and offset, from the record or, where that is full of ones, from the zip64 field; what does not fit in a file becomes a place outside of it.</summary>
    private static (long Packed, long Unpacked, long Offset) Sizes(ReadOnlySpan<byte> record, ReadOnlySpan<byte> extra, long shift)
    {
        ulong packed = BinaryPrimitives.ReadUInt32LittleEndian(record[20..]);
        ulong unpacked = BinaryPrimitives.ReadUInt32LittleEndian(record[24..]);
        ulong offset = BinaryPrimitives.ReadUInt32LittleEndian(record[42..]);

        for (; extra.Length >= 4; extra = extra[(4 + BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]))..])
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (length > extra.Length - 4) break;
            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) != 1) continue;

            var field = extra.Slice(4, length);
            Widen(ref unpacked, ref field);
            Widen(ref packed, ref field);
            Widen(ref offset, ref field);
            break;
        }

        return (Fit(packed), Fit(unpacked), Fit(offset) + shift);

        static long Fit(ulong value) => (long)Math.Min(value, long.MaxValue / 4);

        static void Widen(ref ulong value, ref ReadOnlySpan<byte> field)
        {
            if (value != uint.MaxValue || field.Length < 8) return;
            value = BinaryPrimitives.ReadUInt64LittleEndian(field);
            field = field[8..];
        }
    }

    private static DateTimeOffset? DosTime(int date, int time)
    {
        var (year, month, day) = (1980 + (date >> 9), (date >> 5) & 15, date & 31);
        var (hour, minute, second) = (time >> 11, (time >> 5) & 63, (time & 31) * 2);
        return month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month) && hour < 24 && minute < 60 && second < 60 ? new(year, month, day, hour, minute, second, TimeSpan.Zero) : null;
    }

    /// <summary>An entry's packed bytes; null, with a note, when they can't be had.</summary>
    private WindowStream? Locate(ZipEntry entry)
    {
        if (entry.IsEncrypted) return Refuse(entry, "is encrypted", Notes.Unsupported);
        if (entry.Method is not (ZipMethod.Stored or ZipMethod.Deflate)) return Refuse(entry, $"is packed by method {(int)entry.Method}, which is not read", Notes.Unsupported);
        if (entry.Overlaps) return Refuse(entry, "overlaps another one", Notes.Malformed);
        if (entry.Method is ZipMethod.Stored ? entry.Size != entry.CompressedSize : entry.Size / MostDeflated > entry.CompressedSize) return Refuse(entry, $"claims {entry.Size} bytes, which its {entry.CompressedSize} packed bytes can't hold", Notes.Malformed);
        if (entry.HeaderOffset < 0 || entry.HeaderOffset > stream.Length - LocalLength) return Refuse(entry, "lies outside the file", Notes.Malformed);

        Span<byte> header = stackalloc byte[LocalLength];
        stream.Position = entry.HeaderOffset;
        stream.ReadExactly(header);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != LocalSignature) return Refuse(entry, "has no local header", Notes.Malformed);

        var start = entry.HeaderOffset + LocalLength + BinaryPrimitives.ReadUInt16LittleEndian(header[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        return start > stream.Length - entry.CompressedSize ? Refuse(entry, "ends outside the file", Notes.Malformed) : new(stream, start, entry.CompressedSize);
    }

    private WindowStream? Refuse(ZipEntry entry, string why, string kind)
    {
        note($"the zip entry {entry.Name} {why}", kind);
        return null;
    }
}

/// <summary>How many unpacked bytes an archive and all archives inside it may still give; reserved by claimed size, which reading never exceeds.</summary>
public sealed class ZipBudget(long bytes)
{
    /// <summary>Takes bytes from what is left; false when there are not so many.</summary>
    public bool Take(long count)
    {
        if (count > bytes) return false;
        bytes -= count;
        return true;
    }
}
