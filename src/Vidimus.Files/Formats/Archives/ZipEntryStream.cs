using System.IO.Compression;
using Vidimus.Files.Streams;

namespace Vidimus.Files.Formats.Archives;

/// <summary>An entry's unpacked bytes: never more than its record claims, and its length and CRC-32 checked at the end.</summary>
internal sealed class ZipEntryStream(Stream packed, ZipEntry entry) : ReadOnlyStream
{
    private readonly Stream bytes = entry.Method is ZipMethod.Deflate ? new DeflateStream(packed, CompressionMode.Decompress) : packed;
    private long read;
    private uint crc;
    private bool ended;

    public override int Read(Span<byte> buffer)
    {
        if (ended || buffer.IsEmpty) return 0;

        var count = bytes.Read(buffer);
        read += count;
        if (read > entry.Size) throw new InvalidDataException($"the zip entry {entry.Name} is longer than the {entry.Size} bytes it claims");
        crc = Crc32.Append(crc, buffer[..count]);
        if (count > 0) return count;

        ended = true;
        if (read < entry.Size) throw new InvalidDataException($"the zip entry {entry.Name} ends after {read} of {entry.Size} bytes");
        if (crc != entry.Crc) throw new InvalidDataException($"the zip entry {entry.Name} does not have the checksum its record tells");
        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) bytes.Dispose();
        base.Dispose(disposing);
    }
}
