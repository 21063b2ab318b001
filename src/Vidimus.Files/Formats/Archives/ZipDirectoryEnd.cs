using System.Buffers.Binary;

namespace Vidimus.Files.Formats.Archives;

/// <summary>Where a zip's central directory lies, found from the end of the file.</summary>
/// <param name="Offset">In the stream.</param>
/// <param name="Length">As claimed, and inside the stream.</param>
/// <param name="Entries">As claimed; wraps at 65,536 without zip64.</param>
/// <param name="Shift">What must be added to the offsets that the archive states: the length of what was put in front of it afterwards.</param>
internal readonly record struct ZipDirectoryEnd(long Offset, long Length, ulong Entries, bool IsZip64, long Shift)
{
    private const uint EndSignature = 0x06054B50;
    private const uint LocatorSignature = 0x07064B50;
    private const uint End64Signature = 0x06064B50;
    private const int EndLength = 22;
    private const int LocatorLength = 20;
    private const int End64Length = 56;

    /// <summary>Finds the directory. A record whose comment ends with the file is believed before a later one that does not: a comment can hold a false one.</summary>
    /// <exception cref="InvalidDataException">There is none, or it lies outside the stream.</exception>
    public static ZipDirectoryEnd Find(Stream stream) =>
        Search(stream, 1024, exact: true) ?? Search(stream, EndLength + ushort.MaxValue, exact: true) ?? Search(stream, EndLength + ushort.MaxValue, exact: false)
        ?? throw new InvalidDataException("not a zip archive: it has no end of central directory");

    private static ZipDirectoryEnd? Search(Stream stream, int tail, bool exact)
    {
        var length = stream.Length;
        var buffer = new byte[Math.Min(length, tail)];
        var start = length - buffer.Length;
        ReadAt(stream, start, buffer);
        for (var at = buffer.Length - EndLength; at >= 0; at--)
        {
            var record = buffer.AsSpan(at);
            if (BinaryPrimitives.ReadUInt32LittleEndian(record) != EndSignature) continue;
            var end = EndLength + BinaryPrimitives.ReadUInt16LittleEndian(record[20..]);
            if ((exact ? end == record.Length : end <= record.Length) && Read(stream, start + at, record) is { } found) return found;
        }

        return null;
    }

    /// <summary>Reads an end record and, where there is one, its zip64 twin; null when the directory that it tells of is not there.</summary>
    private static ZipDirectoryEnd? Read(Stream stream, long position, ReadOnlySpan<byte> record)
    {
        ulong entries = BinaryPrimitives.ReadUInt16LittleEndian(record[10..]);
        ulong length = BinaryPrimitives.ReadUInt32LittleEndian(record[12..]);
        ulong offset = BinaryPrimitives.ReadUInt32LittleEndian(record[16..]);
        var zip64 = false;

        Span<byte> locator = stackalloc byte[LocatorLength];
        if (position >= LocatorLength + End64Length && (entries == ushort.MaxValue || length == uint.MaxValue || offset == uint.MaxValue))
        {
            ReadAt(stream, position - LocatorLength, locator);
            if (BinaryPrimitives.ReadUInt32LittleEndian(locator) == LocatorSignature)
            {
                // The stated place is wrong by what was put in front; without an extensible part the record stands right before the locator.
                Span<byte> end = stackalloc byte[End64Length];
                foreach (var at in (ReadOnlySpan<ulong>)[(ulong)(position - LocatorLength - End64Length), BinaryPrimitives.ReadUInt64LittleEndian(locator[8..])])
                {
                    if (at > (ulong)(position - LocatorLength - End64Length)) continue;
                    ReadAt(stream, (long)at, end);
                    if (BinaryPrimitives.ReadUInt32LittleEndian(end) != End64Signature) continue;
                    entries = BinaryPrimitives.ReadUInt64LittleEndian(end[32..]);
                    length = BinaryPrimitives.ReadUInt64LittleEndian(end[40..]);
                    offset = BinaryPrimitives.ReadUInt64LittleEndian(end[48..]);
                    position = (long)at;
                    zip64 = true;
                    break;
                }
            }
        }

        if (length > (ulong)position || offset > (ulong)position - length) return null;
        if (entries == 0 && length == 0) return new(position, 0, 0, zip64, 0);

        // Right before its end, wherever it says it is: that is how self-extracting archives are read. Where something lies between the two, at the stated place.
        Span<byte> first = stackalloc byte[4];
        foreach (var start in (ReadOnlySpan<long>)[position - (long)length, (long)offset])
        {
            if (length < 4) break;
            ReadAt(stream, start, first);
            if (BinaryPrimitives.ReadUInt32LittleEndian(first) == ZipArchiveReader.RecordSignature) return new(start, (long)length, entries, zip64, start - (long)offset);
        }

        return null;
    }

    private static void ReadAt(Stream stream, long position, Span<byte> buffer)
    {
        stream.Position = position;
        stream.ReadExactly(buffer);
    }
}
