namespace Vidimus.Files.Formats.Compression.Zstd;

/// <summary>Uncompresses Zstandard (RFC 8878): by the system's libzstd where it is installed, else by our own decoder.</summary>
public static class ZstdStream
{
    internal const uint Magic = 0xFD2FB528;
    internal const uint SkippableMagic = 0x184D2A50;
    internal const uint SkippableMask = 0xFFFFFFF0;

    /// <summary>The largest window that is allowed for: what <c>zstd -d</c> takes without being asked for more.</summary>
    internal const int LargestWindow = 128 << 20;

    /// <summary>The uncompressed bytes, forward only; the source is left open. Damage is an <see cref="InvalidDataException"/> on reading.</summary>
    /// <param name="managed">Whether to use our own decoder even where the library is.</param>
    public static Stream Open(Stream compressed, bool managed = false) => NativeZstdStream.IsAvailable && !managed ? new NativeZstdStream(compressed) : new ManagedZstdStream(compressed);
}
