using Vidimus.Files.Streams;

namespace Vidimus.Files.Formats.FileSystems.Ext;

/// <summary>A content that stands in its inode. What the size claims beyond it reads as zeros, as the kernel has it.</summary>
internal sealed class InlineStream(byte[] content, long length) : ReadOnlyStream
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
        var count = (int)Math.Clamp(length - position, 0, buffer.Length);
        var held = position < content.Length ? (int)Math.Min(count, content.Length - position) : 0;
        if (held > 0) content.AsSpan((int)position, held).CopyTo(buffer);
        buffer[held..count].Clear();
        position += count;
        return count;
    }
}
