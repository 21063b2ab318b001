using Microsoft.Win32.SafeHandles;

namespace Vidimus.Files.Streams;

/// <summary>A part of an open file as a source: what is passed unseen is not read, what follows can be had as a seekable slice.</summary>
internal sealed class FileSource(SafeFileHandle handle, long start, long length) : ByteSource
{
    private readonly byte[] buffer = new byte[32 << 10];
    private long bufferStart;
    private int bufferLength;

    public override ReadOnlySpan<byte> Peek()
    {
        var at = Position - bufferStart;
        if (at < 0 || at >= bufferLength)
        {
            var wanted = (int)Math.Clamp(length - Position, 0, buffer.Length);
            bufferStart = Position;
            bufferLength = wanted == 0 ? 0 : RandomAccess.Read(handle, buffer.AsSpan(0, wanted), start + Position);
            at = 0;
        }

        return buffer.AsSpan((int)at, bufferLength - (int)at);
    }

    public override void Advance(int count) => Position += count;

    public override long Skip(long count)
    {
        var step = Math.Min(count, length - Position);
        Position += step;
        return step;
    }

    public override Stream Slice(long length) => new FileSlice(handle, start + Position, length);
}
