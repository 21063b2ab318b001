namespace Vidimus.Files.FileTree.Tar;

/// <summary>Where the stored bytes of a sparse file belong; all else is zero.</summary>
internal sealed class SparseMap
{
    private const int Most = 1 << 18;
    private readonly List<(long Offset, long Length)> parts = [];

    public IReadOnlyList<(long Offset, long Length)> Parts => parts;

    /// <summary>All stored bytes.</summary>
    public long Stored { get; private set; }

    /// <summary>Where the last part ends.</summary>
    public long End { get; private set; }

    /// <exception cref="InvalidDataException">The part does not follow the one before, or there are too many.</exception>
    public void Add(long offset, long length)
    {
        if (offset < End || length < 0 || offset > long.MaxValue - length || parts.Count == Most) throw new InvalidDataException("the map of a sparse file makes no sense");

        End = offset + length;
        Stored += length;
        if (length > 0) parts.Add((offset, length));
    }

    /// <exception cref="InvalidDataException">The parts are not exactly the bytes that the archive holds, or reach beyond the file.</exception>
    public void Verify(long stored, long size)
    {
        if (Stored != stored || End > size) throw new InvalidDataException("the map of a sparse file does not fit what is stored");
    }
}
