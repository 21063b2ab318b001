using System.Buffers.Binary;
using System.IO.Compression;

namespace Vidimus.Advisories.Fetch;

/// <summary>A zip on disk, opened only after its own account of itself stays within <see cref="FeedBounds"/>.</summary>
internal static class BoundedZip
{
    private const int EndLength = 22;
    private const int MaxComment = 65535;

    /// <exception cref="InvalidDataException">It is no zip, is torn, or is over a bound.</exception>
    public static ZipArchive Open(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
        try
        {
            Check(stream);
            return new(stream, ZipArchiveMode.Read);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Reads a member whole into a buffer that is grown as needed; its length is what the member says, or it is an error.</summary>
    public static ReadOnlyMemory<byte> Read(ZipArchiveEntry entry, ref byte[] buffer)
    {
        if (entry.Length is < 0 or > FeedBounds.EntryBytes) throw new InvalidDataException($"it unpacks to {entry.Length} bytes, more than the {FeedBounds.EntryBytes >> 20} MiB allowed");

        // Deflate packs at most about 1:1032: a member that claims more lies about its length, and no memory is given for it.
        if (entry.Length > 1024 + (entry.CompressedLength * 1040)) throw new InvalidDataException($"{entry.CompressedLength} packed bytes can't hold the {entry.Length} it claims");

        var length = (int)entry.Length;
        if (buffer.Length < length) buffer = new byte[Math.Max(length, Math.Min(buffer.Length * 2, FeedBounds.EntryBytes))];
        using var stream = entry.Open();
        var read = stream.ReadAtLeast(buffer.AsSpan(0, length), length, throwOnEndOfStream: false);
        if (read != length || stream.ReadByte() >= 0) throw new InvalidDataException("it does not unpack to the length that the zip gives");
        return buffer.AsMemory(0, length);
    }

    /// <summary>Looks at the end record (PKWARE's APPNOTE, 4.3.16, and its zip64 forms 4.3.14 and 4.3.15) before anything is allocated by it.</summary>
    private static void Check(FileStream stream)
    {
        var tail = new byte[(int)Math.Min(stream.Length, EndLength + MaxComment)];
        stream.Seek(-tail.Length, SeekOrigin.End);
        stream.ReadExactly(tail);
        var at = tail.AsSpan().LastIndexOf("PK\x05\x06"u8);
        if (at < 0 || at + EndLength > tail.Length) throw new InvalidDataException("it is not a zip, or its end is missing");

        long entries = BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(at + 10));
        long size = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(at + 12));
        if (entries == ushort.MaxValue || size == uint.MaxValue) (entries, size) = Zip64(stream, stream.Length - tail.Length + at) ?? (entries, size);
        if (entries is < 0 or > FeedBounds.ZipEntries) throw new InvalidDataException($"it has {entries} members, more than the {FeedBounds.ZipEntries} allowed");
        if (size < 0 || size > Math.Min(FeedBounds.ZipDirectoryBytes, stream.Length)) throw new InvalidDataException($"its list of members is {size} bytes long, more than allowed");
        stream.Position = 0;
    }

    private static (long Entries, long Size)? Zip64(FileStream stream, long end)
    {
        if (end < 20) return null;

        Span<byte> locator = stackalloc byte[20];
        stream.Position = end - 20;
        stream.ReadExactly(locator);
        if (!locator.StartsWith("PK\x06\x07"u8)) return null;

        var record = BinaryPrimitives.ReadInt64LittleEndian(locator[8..]);
        if (record < 0 || record > stream.Length - 56) throw new InvalidDataException("its zip64 end lies outside of it");

        Span<byte> body = stackalloc byte[56];
        stream.Position = record;
        stream.ReadExactly(body);
        return body.StartsWith("PK\x06\x06"u8) ? (BinaryPrimitives.ReadInt64LittleEndian(body[32..]), BinaryPrimitives.ReadInt64LittleEndian(body[40..])) : null;
    }
}
