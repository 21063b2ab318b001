using System.Buffers.Binary;

namespace Vidimus.Files.Formats.Databases;

/// <summary>Reads the blobs of <c>Packages.db</c>, rpm's own database.</summary>
/// <remarks>
/// Format: <c>lib/backend/ndb/rpmpkg.c</c> of rpm. Pages of 4 KiB at the beginning hold slots of 16 bytes, the first two of which are the file's header; a slot names a
/// package's number and the blocks of 16 bytes where its blob lies. Head and tail of a blob repeat what the slot says and carry an Adler-32. All numbers little-endian.
/// </remarks>
public sealed class NdbFile
{
    private const uint FileMagic = 0x506D7052;
    private const uint SlotMagic = 0x746F6C53;
    private const uint HeadMagic = 0x53626C42;
    private const uint TailMagic = 0x45626C42;

    private const int PageLength = 4096;
    private const int BlockLength = 16;
    private const int HeaderLength = 32;
    private const int HeadLength = 16;
    private const int TailLength = 12;
    private const int MostSlotPages = 4096;
    /// <summary>What a blob may hold in memory, far beyond the header of any real package; rpm allows its headers 256 MiB.</summary>
    private const int MostBlob = 64 << 20;

    private readonly Stream stream;
    private readonly int slotPages;

    /// <summary>Opens a database.</summary>
    /// <param name="stream">Seekable.</param>
    /// <exception cref="InvalidDataException">It is no such database, or a later kind of it.</exception>
    public NdbFile(Stream stream)
    {
        this.stream = stream;
        Span<byte> header = stackalloc byte[HeaderLength];
        stream.Position = 0;
        if (stream.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) < HeaderLength || !IsNdb(header)) throw new InvalidDataException("This is no package database of rpm.");

        var version = UInt32(header, 4);
        var pages = UInt32(header, 12);
        if (version != 0) throw new InvalidDataException($"Version {version} of rpm's package database is not known.");
        if (pages is 0 or > MostSlotPages || pages * PageLength > stream.Length) throw new InvalidDataException($"The database of {stream.Length} bytes cannot have {pages} pages of slots.");
        slotPages = (int)pages;
    }

    /// <summary>Whether a file begins as these do.</summary>
    public static bool IsNdb(ReadOnlySpan<byte> head) => head.Length >= 4 && UInt32(head, 0) == FileMagic;

    /// <summary>All blobs with their numbers, in the order in which they lie. A blob is valid until the next one.</summary>
    /// <exception cref="InvalidDataException">A slot or a blob does not follow the format.</exception>
    public IEnumerable<(uint Number, ReadOnlyMemory<byte> Blob)> Blobs()
    {
        var blob = Array.Empty<byte>();
        long free = (long)slotPages * PageLength;
        foreach (var slot in Slots())
        {
            var begin = (long)slot.Block * BlockLength;
            var length = (long)slot.Blocks * BlockLength;
            if (begin < free || begin + length > stream.Length) throw new InvalidDataException($"The blob of package {slot.Number} overlaps another or leaves the file.");
            if (length is < HeadLength + TailLength or > MostBlob) throw new InvalidDataException($"The blob of package {slot.Number} cannot have {length} bytes.");
            free = begin + length;

            if (blob.Length < length) blob = new byte[Math.Max((int)length, Math.Min(2 * blob.Length, MostBlob))];
            stream.Position = begin;
            stream.ReadExactly(blob, 0, (int)length);
            yield return (slot.Number, blob.AsMemory(HeadLength, Check(slot, blob.AsSpan(0, (int)length))));
        }
    }

    private List<Slot> Slots()
    {
        var page = new byte[PageLength];
        var slots = new List<Slot>();
        stream.Position = 0;
        for (var number = 0; number < slotPages; number++)
        {
            stream.ReadExactly(page);
            for (var at = number == 0 ? HeaderLength : 0; at < PageLength; at += BlockLength)
            {
                if (UInt32(page, at) != SlotMagic) throw new InvalidDataException($"A slot of page {number} does not begin as slots do.");
                var slot = new Slot(UInt32(page, at + 4), UInt32(page, at + 8), UInt32(page, at + 12));
                if (slot.Block != 0) slots.Add(slot);
            }
        }

        slots.Sort((left, right) => left.Block.CompareTo(right.Block));
        return slots;
    }

    /// <summary>Compares head, tail and sum with the slot; the length of the blob proper.</summary>
    private static int Check(Slot slot, ReadOnlySpan<byte> whole)
    {
        var length = UInt32(whole, 12);
        var tail = whole.Length - TailLength;
        var isWhole = UInt32(whole, 0) == HeadMagic && UInt32(whole, 4) == slot.Number
            && length <= tail - HeadLength && UInt32(whole, tail + 4) == length && UInt32(whole, tail + 8) == TailMagic
            && UInt32(whole, tail) == Adler32(whole[..tail]);
        return isWhole ? (int)length : throw new InvalidDataException($"The blob of package {slot.Number} is torn.");
    }

    /// <summary>RFC 1950's checksum.</summary>
    private static uint Adler32(ReadOnlySpan<byte> bytes)
    {
        // The most bytes whose sums fit into 32 bits before the remainder must be taken.
        const int Run = 5552;
        uint low = 1, high = 0;
        while (!bytes.IsEmpty)
        {
            var run = bytes[..Math.Min(Run, bytes.Length)];
            bytes = bytes[run.Length..];
            foreach (var b in run)
            {
                low += b;
                high += low;
            }

            low %= 65521;
            high %= 65521;
        }

        return (high << 16) | low;
    }

    private static uint UInt32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private readonly record struct Slot(uint Number, uint Block, uint Blocks);
}
