using Vidimus.Model.Files;

namespace Vidimus.Scanning;

/// <summary>What a scan leaves out and the bounds within which it reads.</summary>
public sealed record ScanOptions
{
    /// <summary>Paths that are not looked at: a folder's or file's path from the root, or a pattern with <c>*</c> and <c>**/</c>.</summary>
    public IReadOnlyList<FileGlob> Exclude { get; init; } = [];

    /// <summary>A file of an archive up to this size is held in memory while collectors look at it; a larger one goes to a temporary file. In bytes.</summary>
    public int MemoryForOneFile { get; init; } = 8 << 20;

    /// <summary>A larger file of an archive is not read at all. In bytes.</summary>
    public long LargestFile { get; init; } = 4L << 30;

    /// <summary>All files that wait for a companion together. In bytes.</summary>
    public long LargestSpool { get; init; } = 8L << 30;

    /// <summary>A layer's further packages are not listed: some times what the largest systems hold, and what memory for the report is bounded by.</summary>
    public int MostPackages { get; init; } = 250_000;

    /// <summary>More notes than this are counted, not kept.</summary>
    public int MostNotes { get; init; } = 1000;

    /// <summary>How many layers are read at once.</summary>
    public int Parallel { get; init; } = Environment.ProcessorCount;

    /// <summary>Where layers' facts are kept; null to scan each layer anew.</summary>
    public LayerCache? Cache { get; init; }

    /// <summary>Whether packages are listed too that a layer of an image holds and a later one removed or replaced: with the scope <see cref="LayerMerge.Removed"/>.</summary>
    public bool WithRemoved { get; init; }

    /// <summary>Told of what has been read.</summary>
    public ScanProgress Progress { get; init; } = new();

    /// <summary>Whether a path is left out, by itself or by a folder above it that was not walked.</summary>
    public bool Excludes(ReadOnlySpan<char> path)
    {
        foreach (var glob in Exclude)
        {
            if (glob.Matches(path)) return true;
        }

        return false;
    }
}

/// <summary>Counters that a scan raises and a person's terminal reads now and then.</summary>
public sealed class ScanProgress
{
    private long entries;
    private long files;
    private long bytes;

    /// <summary>Entries passed.</summary>
    public long Entries => Interlocked.Read(ref entries);

    /// <summary>Files that collectors looked at.</summary>
    public long Files => Interlocked.Read(ref files);

    /// <summary>Their bytes.</summary>
    public long Bytes => Interlocked.Read(ref bytes);

    internal void AddEntries(long count) => Interlocked.Add(ref entries, count);

    internal void AddFile(long size)
    {
        Interlocked.Increment(ref files);
        Interlocked.Add(ref bytes, size);
    }
}
