namespace Vidimus.Advisories.Fetch;

/// <summary>What is taken from a feed at most: far above what any publishes, and small enough that a lying one can do no harm.</summary>
internal static class FeedBounds
{
    /// <summary>Bytes of one file as fetched.</summary>
    public const long FileBytes = 2L << 30;

    /// <summary>Bytes of one file as handed to a reader.</summary>
    public const int EntryBytes = 512 << 20;

    /// <summary>Members of one zip.</summary>
    public const int ZipEntries = 2_000_000;

    /// <summary>Bytes of a zip's list of members.</summary>
    public const long ZipDirectoryBytes = 512L << 20;

    /// <summary>Unpacked bytes of one zip.</summary>
    public const long ZipBytes = 32L << 30;

    /// <summary>Whether a name that a feed or a scanned system gave may be part of a path or an address.</summary>
    public static bool IsSafeName(string name) =>
        name.Length is > 0 and <= 200 && name is not ("." or "..") && !name.AsSpan().ContainsAny("/\\") && !name.Any(char.IsControl);
}
