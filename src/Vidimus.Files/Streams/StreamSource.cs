namespace Vidimus.Files.Streams;

/// <summary>A stream as a source, read by large blocks.</summary>
internal sealed class StreamSource(Stream stream, int block = 128 << 10) : ByteSource
{
    private readonly byte[] buffer = new byte[block];
    private int start;
    private int end;

    public override ReadOnlySpan<byte> Peek()
    {
        if (start == end)
        {
            start = 0;
            end = stream.Read(buffer);
        }

        return buffer.AsSpan(start, end - start);
    }

    public override void Advance(int count)
    {
        start += count;
        Position += count;
    }
}
