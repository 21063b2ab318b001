namespace Vidimus.Files.Formats.Archives;

/// <summary>How an entry's bytes are packed, of the methods that are read; any other number is named and not read.</summary>
public enum ZipMethod : ushort
{
    Stored = 0,
    Deflate = 8,
}

/// <summary>One record of a zip's central directory.</summary>
/// <param name="Name">The name's bytes as <see cref="Vidimus.Model.Files.PathText"/>, exactly as written: it may be absolute, climb with <c>..</c> or use backslashes.</param>
/// <param name="Size">Unpacked, as claimed; reading verifies it.</param>
/// <param name="HeaderOffset">Where the entry's local header lies in the stream, prepended data included.</param>
public sealed record ZipEntry(string Name, ZipMethod Method, long CompressedSize, long Size, uint Crc, long HeaderOffset)
{
    public bool IsEncrypted { get; init; }

    /// <summary>Whether its bytes overlap an entry's before it or the directory: what makes a small archive unpack to a huge one. It is not opened.</summary>
    public bool Overlaps { get; internal set; }

    /// <summary>Type and permissions as stat(2) has them; 0 where the archive's maker knows none.</summary>
    public uint UnixMode { get; init; }

    /// <summary>Whether it was made on DOS or Windows, where some write backslashes between folders.</summary>
    public bool IsFromDos { get; init; }

    /// <summary>By the wall clock of the place where it was made, taken as UTC; null where it is none.</summary>
    public DateTimeOffset? Modified { get; init; }

    public bool IsFolder => Name.EndsWith('/');
}

/// <summary>What a reader of hostile zips allows.</summary>
public sealed record ZipLimits
{
    public static ZipLimits Default { get; } = new();

    /// <summary>Records of the central directory; those beyond are not listed.</summary>
    public int Entries { get; init; } = 1 << 20;

    /// <summary>Bytes of a name; an entry with a longer one is left out.</summary>
    public int NameLength { get; init; } = 4096;

    /// <summary>Unpacked bytes of one entry.</summary>
    public long EntryBytes { get; init; } = 64 << 20;

    /// <summary>Unpacked bytes of all entries that are opened.</summary>
    public long TotalBytes { get; init; } = 1L << 30;
}
