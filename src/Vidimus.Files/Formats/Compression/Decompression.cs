using System.Buffers.Binary;
using System.IO.Compression;
using Vidimus.Files.Formats.Compression.Bzip2;
using Vidimus.Files.Formats.Compression.Zstd;

namespace Vidimus.Files.Formats.Compression;

/// <summary>How bytes are compressed.</summary>
public enum Compression : byte
{
    None,
    Gzip,
    Zstd,
    Bzip2,
}

/// <summary>Recognises and undoes compression.</summary>
public static class Decompression
{
    /// <summary>As many bytes as <see cref="KindOf"/> wants to see.</summary>
    public const int MagicLength = 4;

    /// <summary>What the first bytes say (RFC 1952; RFC 8878, skippable frames included; bzip2's manual).</summary>
    public static Compression KindOf(ReadOnlySpan<byte> start)
    {
        if (start is [0x1F, 0x8B, ..]) return Compression.Gzip;
        if (start is [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', ..]) return Compression.Bzip2;
        if (start.Length < MagicLength) return Compression.None;
        var magic = BinaryPrimitives.ReadUInt32LittleEndian(start);
        return magic is ZstdStream.Magic || (magic & ZstdStream.SkippableMask) == ZstdStream.SkippableMagic ? Compression.Zstd : Compression.None;
    }

    /// <summary>The uncompressed bytes, forward only. Torn or damaged input is an <see cref="InvalidDataException"/> on reading.</summary>
    public static Stream Open(Stream compressed, Compression kind) => kind switch
    {
        Compression.Gzip => new GZipStream(compressed, CompressionMode.Decompress, leaveOpen: true),
        Compression.Zstd => ZstdStream.Open(compressed),
        Compression.Bzip2 => new Bzip2Stream(compressed),
        _ => compressed,
    };
}
