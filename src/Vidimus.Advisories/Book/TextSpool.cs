namespace Vidimus.Advisories;

/// <summary>Keeps texts in a temporary file until the book is written, so that compiling needs no memory for them.</summary>
internal sealed class TextSpool : IDisposable
{
    private readonly FileStream file = new(
        Path.Combine(Path.GetTempPath(), $"vidimus-book-{Guid.NewGuid():N}"),
        new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            Options = FileOptions.DeleteOnClose,
            BufferSize = 256 << 10,
        });

    private long length;

    public (long Offset, int Length) Add(ReadOnlySpan<byte> text)
    {
        var offset = length;
        file.Write(text);
        length += text.Length;
        return (offset, text.Length);
    }

    public void Read((long Offset, int Length) text, Span<byte> into)
    {
        if (text.Length == 0) return;
        if (file.Position != text.Offset) file.Position = text.Offset;
        file.ReadExactly(into[..text.Length]);
    }

    public void Dispose() => file.Dispose();
}
