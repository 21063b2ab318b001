namespace Vidimus.Sbom.Reading;

/// <summary>A stream whose first bytes were looked at and are given again.</summary>
internal sealed class PeekedStream : Stream
{
    private readonly Stream rest;
    private readonly byte[] head;
    private readonly int length;
    private int position;

    public PeekedStream(Stream input, int most)
    {
        rest = input;
        head = new byte[most];
        length = input.ReadAtLeast(head, most, throwOnEndOfStream: false);
    }

    /// <summary>The first bytes, fewer where there are no more.</summary>
    public ReadOnlySpan<byte> Head => head.AsSpan(0, length);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Passes over some of the first bytes.</summary>
    public void Skip(int count) => position += count;

    public override int Read(Span<byte> buffer)
    {
        if (position >= length) return rest.Read(buffer);
        var count = Math.Min(buffer.Length, length - position);
        head.AsSpan(position, count).CopyTo(buffer);
        position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
