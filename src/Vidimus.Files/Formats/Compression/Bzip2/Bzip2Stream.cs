namespace Vidimus.Files.Formats.Compression.Bzip2;

/// <summary>Unpacks bzip2, forward only, one stream behind another as <c>bzip2 -dc</c> takes them.</summary>
/// <remarks>
/// Source: the format as the bzip2 1.0 manual and its widely known descriptions have it: blocks of at most 900,000 bytes, each Huffman-coded move-to-front
/// runs of a Burrows-Wheeler transform, with its own CRC. Memory is one block (4 bytes a byte), whatever the input says. Torn or damaged input is an
/// <see cref="InvalidDataException"/>.
/// </remarks>
public sealed class Bzip2Stream(Stream packed) : Stream
{
    private readonly Bzip2Block block = new(new(packed));
    private bool begun;
    private bool ended;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        while (!ended)
        {
            if (begun && block.Take(buffer) is > 0 and var read) return read;
            ended = begun ? !block.Next() : !block.Begin();
            begun = true;
        }

        return 0;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
