using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Text;
using Vidimus.Model;

namespace Vidimus.Ecosystems.Java;

/// <summary>A table of known archives: by the SHA-1 of a file the purl that was published as it, by the fingerprint of a class the archives that hold it. ADR 37.</summary>
/// <remarks>
/// A file of ours that <see cref="JavaNamesBuilder"/> writes, little-endian: a head of 32 bytes (magic, digest of the rest, the four counts), then archives of 24 bytes (SHA-1, purl), classes of 12
/// (fingerprint, purl), purls of 12 (place and length of the text, number of classes), the texts. Both tables are in order and are searched where they lie: memory doesn't grow with them.
/// </remarks>
public sealed class JavaNames : IDisposable
{
    internal const int HeadSize = 32, ArchiveSize = 24, ClassSize = 12, PurlSize = 12;
    internal const int LongestPurl = 1024;

    /// <summary>The table is this machine's own; still a class that everything holds must not cost a walk over everything.</summary>
    private const int MostOwners = 4096;

    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;
    private readonly long classesAt, purlsAt, textAt;

    private JavaNames(MemoryMappedFile file, MemoryMappedViewAccessor view, int version, int archives, int classes, int purls)
    {
        (this.file, this.view, Version, Archives, Classes, Purls) = (file, view, version, archives, classes, purls);
        classesAt = HeadSize + ((long)archives * ArchiveSize);
        purlsAt = classesAt + ((long)classes * ClassSize);
        textAt = purlsAt + ((long)purls * PurlSize);
    }

    internal static ReadOnlySpan<byte> Magic => "VidJava1"u8;

    /// <summary>From the content: the collector that uses the table has another version with every other table, so that no facts made by another are used.</summary>
    public int Version { get; }

    /// <summary>How many SHA-1s are known.</summary>
    public int Archives { get; }

    /// <summary>How many pairs of a class's fingerprint and a purl are known.</summary>
    public int Classes { get; }

    internal int Purls { get; }

    /// <exception cref="InvalidDataException">It is no such table, or torn.</exception>
    public static JavaNames Open(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        Span<byte> head = stackalloc byte[HeadSize];
        if (stream.ReadAtLeast(head, HeadSize, throwOnEndOfStream: false) < HeadSize || !head.StartsWith(Magic)) throw new InvalidDataException($"{path} is no table of Java archives");
        int archives = I32(head[12..]), classes = I32(head[16..]), purls = I32(head[20..]), text = I32(head[24..]);
        var whole = HeadSize + ((long)archives * ArchiveSize) + ((long)classes * ClassSize) + ((long)purls * PurlSize) + text;
        if (Math.Min(Math.Min(archives, classes), Math.Min(purls, text)) < 0 || whole != stream.Length) throw new InvalidDataException($"{path} is torn");

        var file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, 0, MemoryMappedFileAccess.Read);
        return new(file, file.CreateViewAccessor(0, whole, MemoryMappedFileAccess.Read), I32(head[8..]), archives, classes, purls);
    }

    /// <summary>What was published as the file of this SHA-1; null where nobody knows.</summary>
    internal PackageUrl? Find(ReadOnlySpan<byte> sha1)
    {
        var bytes = new byte[20];
        for (int low = 0, high = Archives - 1; low <= high;)
        {
            var middle = low + ((high - low) / 2);
            view.ReadArray(HeadSize + ((long)middle * ArchiveSize), bytes, 0, bytes.Length);
            var sign = sha1.SequenceCompareTo(bytes);
            if (sign == 0) return Purl(view.ReadInt32(HeadSize + ((long)middle * ArchiveSize) + 20));
            if (sign < 0) high = middle - 1;
            else low = middle + 1;
        }

        return null;
    }

    /// <summary>The purls, by number, whose archives hold a class of this fingerprint.</summary>
    internal IEnumerable<int> Owners(ulong fingerprint)
    {
        int low = 0, high = Classes;
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (view.ReadUInt64(ClassAt(middle)) < fingerprint) low = middle + 1;
            else high = middle;
        }

        for (var i = low; i < Classes && i - low < MostOwners && view.ReadUInt64(ClassAt(i)) == fingerprint; i++)
        {
            if (view.ReadInt32(ClassAt(i) + 8) is var purl && (uint)purl < (uint)Purls) yield return purl;
        }
    }

    /// <summary>How many classes with a fingerprint the archive of a purl has.</summary>
    internal int ClassCount(int purl) => view.ReadInt32(PurlAt(purl) + 8);

    internal PackageUrl? Purl(int number)
    {
        if ((uint)number >= (uint)Purls) return null;
        int at = view.ReadInt32(PurlAt(number)), length = view.ReadInt32(PurlAt(number) + 4);
        if (at < 0 || length is < 0 or > LongestPurl || textAt + at + length > view.Capacity) return null;
        var text = new byte[length];
        view.ReadArray(textAt + at, text, 0, length);
        return PackageUrl.TryParse(Encoding.UTF8.GetString(text), out var purl) ? purl : null;
    }

    public void Dispose()
    {
        view.Dispose();
        file.Dispose();
    }

    private long ClassAt(int number) => classesAt + ((long)number * ClassSize);

    private long PurlAt(int number) => purlsAt + ((long)number * PurlSize);

    private static int I32(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt32LittleEndian(bytes);
}
