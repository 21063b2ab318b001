using Microsoft.Win32.SafeHandles;

namespace Vidimus.Files.Streams;

/// <summary>A part of an open file as a seekable stream, read by position: any number of slices share a handle. A file that shrinks meanwhile just ends.</summary>
internal sealed class FileSlice(SafeFileHandle handle, long start, long length, bool ownsHandle = false) : ReadOnlyStream
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

        var read = RandomAccess.Read(handle, rest < buffer.Length ? buffer[..(int)rest] : buffer, start + position);
        position += read;
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && ownsHandle) handle.Dispose();
        base.Dispose(disposing);
    }
}
