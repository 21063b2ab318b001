using Vidimus.Files.Streams;

namespace Vidimus.Files.FileTree.Tar;

/// <summary>A sparse file as it reads: the stored parts in their places, zeros between. Seekable where the stored bytes are.</summary>
internal sealed class SparseStream(Stream stored, SparseMap map, long size) : ReadOnlyStream
{
    private readonly long[] starts = StoredStarts(map);
    private long position;
    private int part;

    public override bool CanSeek => stored.CanSeek;
    public override long Length => size;

    public override long Position
    {
        get => position;
        set
        {
            if (!CanSeek) throw new NotSupportedException();
            position = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value));
            part = 0;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        if (position >= size || buffer.IsEmpty) return 0;

        while (part < map.Parts.Count && position >= map.Parts[part].Offset + map.Parts[part].Length) part++;
        var next = part < map.Parts.Count ? map.Parts[part] : (Offset: size, Length: 0);
        if (position < next.Offset)
        {
            var zeros = (int)Math.Min(buffer.Length, next.Offset - position);
            buffer[..zeros].Clear();
            position += zeros;
            return zeros;
        }

        var inside = position - next.Offset;
        if (CanSeek) stored.Position = starts[part] + inside;
        var read = stored.Read(buffer[..(int)Math.Min(buffer.Length, next.Length - inside)]);
        position += read;
        return read;
    }

    private static long[] StoredStarts(SparseMap map)
    {
        var starts = new long[map.Parts.Count];
        for (var i = 1; i < starts.Length; i++) starts[i] = starts[i - 1] + map.Parts[i - 1].Length;
        return starts;
    }
}
