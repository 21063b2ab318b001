using System.IO.Compression;

namespace Vidimus.Files.Formats.Archives;

/// <summary>An entry's unpacked bytes: never more than its record claims, and its length and CRC-32 checked at the end.</summary>
internal sealed class ZipEntryStream(Stream packed, ZipEntry entry) : Stream
{
    private readonly Stream bytes = entry.Method is ZipMethod.Deflate ? new DeflateStream(packed, CompressionMode.Decompress) : packed;
    private long read;
    private uint crc;
    private bool ended;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => read;
        set => throw new NotSupportedException();
    }

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

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) bytes.Dispose();
        base.Dispose(disposing);
    }
}
