using System.Runtime.InteropServices;
using System.Text.Json;
using Vidimus.Files.FileTree.Tar;
using Vidimus.Files.Formats.Compression;
using Vidimus.Model.Advisories;
using Vidimus.Model.Files;

namespace Vidimus.Ecosystems.Reading;

/// <summary>Unpacks what distributions publish packed: single files, and archives of documents, a document at a time.</summary>
internal static class FeedPack
{
    /// <summary>Bytes of one unpacked file or document.</summary>
    private const int MostBytes = 512 << 20;

    /// <summary>Documents of one archive, and their bytes in all.</summary>
    private const int MostDocuments = 2_000_000;
    private const long MostArchive = 32L << 30;

    private static readonly string[] Archives = [".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.zst"];

    /// <summary>A file unpacked, or as it is when it is not packed.</summary>
    /// <exception cref="InvalidDataException">It is torn, damaged or larger than is taken.</exception>
    public static ReadOnlyMemory<byte> Unpack(ReadOnlyMemory<byte> body)
    {
        var kind = Decompression.KindOf(body.Span);
        if (kind == Compression.None) return body;
        using var unpacked = Decompression.Open(Open(body), kind);
        return ReadAll(unpacked, "the file");
    }

    /// <summary>All documents whose name ends so: those that lie as files, then those in archives. The bytes are valid until the next one.</summary>
    public static IEnumerable<FeedEntry> Documents(FeedSnapshot snapshot, string suffix, CancellationToken cancel)
    {
        foreach (var entry in snapshot.Entries(suffix, cancel)) yield return entry;
        foreach (var archive in Archives)
        {
            foreach (var entry in snapshot.Entries(archive, cancel))
            {
                foreach (var document in Members(entry, suffix, snapshot, cancel)) yield return document;
            }
        }
    }

    /// <summary>The records that a function reads out of a JSON document; one that can't be read is rejected by its name.</summary>
    public static IReadOnlyList<FeedRecord> Json(FeedEntry entry, FeedSnapshot snapshot, Func<JsonElement?, IEnumerable<FeedRecord>> read) => Checked(entry, snapshot, () =>
    {
        using var document = JsonDocument.Parse(FeedJson.WithoutMark(entry.Body), new() { MaxDepth = 64 });
        return [.. read(document.RootElement)];
    });

    /// <summary>The records that a function reads; what it can't read is rejected by the document's name.</summary>
    public static IReadOnlyList<FeedRecord> Checked(FeedEntry entry, FeedSnapshot snapshot, Func<IReadOnlyList<FeedRecord>> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (FeedJson.IsBadRecord(e))
        {
            snapshot.Reject(entry.Name, e.Message);
            return [];
        }
    }

    public static MemoryStream Open(ReadOnlyMemory<byte> body) =>
        MemoryMarshal.TryGetArray(body, out var part) ? new(part.Array!, part.Offset, part.Count, writable: false) : new(body.ToArray(), writable: false);

    private static IEnumerable<FeedEntry> Members(FeedEntry archive, string suffix, FeedSnapshot snapshot, CancellationToken cancel)
    {
        using var unpacked = Decompression.Open(Open(archive.Body), Decompression.KindOf(archive.Body.Span));
        var tar = new TarReader(unpacked);
        long bytes = 0;
        for (var count = 0; ; count++)
        {
            cancel.ThrowIfCancellationRequested();
            FeedEntry? next;
            try
            {
                if (!tar.Next()) yield break;
                bytes += tar.Size;
                if (count == MostDocuments || bytes > MostArchive) throw new InvalidDataException("it holds more than is taken");
                next = Document(tar, suffix);
            }
            catch (InvalidDataException e)
            {
                snapshot.Reject($"{archive.Name}: what is behind document {count}", e.Message);
                yield break;
            }

            if (next is { } document) yield return document;
        }
    }

    private static FeedEntry? Document(TarReader tar, string suffix)
    {
        if (tar.Kind != FileKind.File || tar.Fault is not null || !tar.Path.EndsWith(suffix)) return null;
        if (tar.Size > MostBytes) throw new InvalidDataException($"a document is larger than {MostBytes >> 20} MiB");
        using var content = tar.Content();
        return new(tar.Path.ToString(), ReadAll(content, "a document"));
    }

    private static ReadOnlyMemory<byte> ReadAll(Stream stream, string what)
    {
        var buffer = new byte[1 << 16];
        var length = 0;
        while (stream.Read(buffer, length, buffer.Length - length) is > 0 and var read)
        {
            length += read;
            if (length > MostBytes) throw new InvalidDataException($"{what} unpacks to more than {MostBytes >> 20} MiB");
            if (length == buffer.Length) Array.Resize(ref buffer, (int)Math.Min(2L * length, MostBytes + 1L));
        }

        return buffer.AsMemory(0, length);
    }
}
