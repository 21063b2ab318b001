namespace Vidimus.Files.Streams;

/// <summary>A part of a seekable stream as a seekable stream of its own. Several may share one stream, on one thread: each seeks before it reads.</summary>
/// <remarks>Never reads outside the part, and ends early where the stream does. Disposing it leaves the stream open.</remarks>
internal sealed class WindowStream(Stream stream, long start, long length) : ReadOnlyStream
{
    private long position;

    public override bool CanSeek => true;
    public override long Length => length;

    public override long Position
    {
        get => position;
        set => position = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    public override int Read(Span<byte> buffer)
    {
        var rest = length - position;
        if (rest <= 0 || buffer.IsEmpty) return 0;

        var at = start + position;
        if (stream.Position != at) stream.Position = at;
        var read = stream.Read(rest < buffer.Length ? buffer[..(int)rest] : buffer);
        position += read;
        return read;
    }
}
