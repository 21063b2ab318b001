namespace Vidimus.Files.FileTree.Tar;

/// <summary>Bytes that may be there or not, in a buffer that is used again.</summary>
internal sealed class ByteBuffer
{
    private byte[] bytes = [];
    private int length;

    public bool IsSet { get; private set; }

    public ReadOnlySpan<byte> Span => bytes.AsSpan(0, length);

    public void Clear() => (IsSet, length) = (false, 0);

    public void Set(ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    /// <summary>Room for this many bytes, counted as set.</summary>
    public Span<byte> Take(int count)
    {
        if (bytes.Length < count) bytes = new byte[Math.Max(count, 256)];
        (IsSet, length) = (true, count);
        return bytes.AsSpan(0, count);
    }
}
