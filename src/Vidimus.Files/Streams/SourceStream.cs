namespace Vidimus.Files.Streams;

/// <summary>The next bytes of a source as a forward-only stream.</summary>
internal sealed class SourceStream(ByteSource source, long length = long.MaxValue) : ReadOnlyStream
{
    private readonly bool bounded = length != long.MaxValue;
    private long left = length;

    public override int Read(Span<byte> buffer)
    {
        if (left == 0 || buffer.IsEmpty) return 0;

        var bytes = source.Peek();
        if (bytes.IsEmpty && bounded) throw new InvalidDataException($"the file ends in the middle, at byte {source.Position}");

        var step = (int)Math.Min(Math.Min(bytes.Length, buffer.Length), left);
        bytes[..step].CopyTo(buffer);
        source.Advance(step);
        left -= step;
        return step;
    }
}
