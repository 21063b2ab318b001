namespace Vidimus.Files.Formats;

/// <summary>A part of a seekable stream as a seekable stream of its own. Several windows may share one stream, on one thread: each seeks before it reads.</summary>
/// <remarks>Never reads outside the part, and ends early where the stream does. Disposing it leaves the stream open.</remarks>
public sealed class WindowStream(Stream stream, long offset, long length) : Stream
{
    private long position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => position;
        set => position = value >= 0 ? value : throw new IOException("a position before the beginning");
    }

    public override int Read(Span<byte> buffer)
    {
        var left = length - position;
        if (left <= 0 || buffer.IsEmpty) return 0;
        if (buffer.Length > left) buffer = buffer[..(int)left];

        var at = offset + position;
        if (stream.Position != at) stream.Position = at;
        var read = stream.Read(buffer);
        position += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => position + offset,
        _ => length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
