using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Vidimus.Files.Formats.Compression;
using Vidimus.Files.Streams;
using Vidimus.Model.Files;

namespace Vidimus.Files.FileTree.Images.Stores;

/// <summary>A layer's tar archive, byte for byte, put together again from its unpacked files and what the store kept of the archive beside them.</summary>
/// <remarks>
/// Source: the tar-split project, which docker and containers/storage use: a compressed list of JSON documents, each either bytes of the archive (headers, padding) or a file whose bytes come next.
/// Since the archive is whole again, whiteouts, links and odd names are read by the code that reads them everywhere, and the layer's diff id vouches for the unpacked files.
/// </remarks>
internal sealed class TarSplitStream : ReadOnlyStream
{
    private const int LongestDocument = 32 << 20;

    private readonly Stream compressed;
    private readonly Stream list;
    private readonly IOpenableTree unpacked;
    private readonly string folder;
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(64 << 10);
    private int start;
    private int end;
    private ReadOnlyMemory<byte> segment;
    private Stream? file;
    private long left;

    /// <param name="list">The list, compressed as it lies; disposed of with this.</param>
    /// <param name="unpacked">The tree in which the files are; not disposed of.</param>
    /// <param name="folder">The layer's folder in it.</param>
    public TarSplitStream(Stream list, IOpenableTree unpacked, string folder)
    {
        var magic = new byte[Decompression.MagicLength];
        var length = list.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        list.Position = 0;
        compressed = list;
        this.list = Decompression.Open(list, Decompression.KindOf(magic.AsSpan(0, length)));
        this.unpacked = unpacked;
        this.folder = folder;
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        while (true)
        {
            if (segment.Length > 0)
            {
                var count = Math.Min(buffer.Length, segment.Length);
                segment.Span[..count].CopyTo(buffer);
                segment = segment[count..];
                return count;
            }

            if (file is not null && left > 0)
            {
                var count = file.Read(buffer[..(int)Math.Min(buffer.Length, left)]);
                if (count == 0) throw new InvalidDataException("a file of the store is shorter than its layer had it");
                left -= count;
                return count;
            }

            if (!Next()) return 0;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file?.Dispose();
            list.Dispose();
            compressed.Dispose();
            if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
            buffer = [];
        }

        base.Dispose(disposing);
    }

    private bool Next()
    {
        file?.Dispose();
        file = null;
        if (Document() is not { } document) return false;
        if (document.Type == 2)
        {
            segment = document.Payload ?? [];
        }
        else if (document is { Type: 1, Size: > 0 })
        {
            var name = document.RawName is { } raw ? PathText.Decode(raw) : document.Name ?? "";
            file = unpacked.Open($"{folder}/{name}")?.Content ?? throw new InvalidDataException($"the store lacks the file {PathText.Display(name)} of its layer");
            left = document.Size;
        }
        else if (document.Type != 1)
        {
            throw new InvalidDataException($"the store's record of the layer has a part of a kind {document.Type} that we don't know");
        }

        return true;
    }

    /// <summary>The next JSON document, each of which ends with its line.</summary>
    private TarSplitPart? Document()
    {
        for (var searched = start; ;)
        {
            var line = buffer.AsSpan(searched, end - searched).IndexOf((byte)'\n');
            if (line >= 0)
            {
                var text = buffer.AsSpan(start, searched + line - start);
                start = searched + line + 1;
                searched = start;
                if (text.Trim((byte)' ').IsEmpty) continue;
                return Parse(text);
            }

            searched = end;
            Compact(ref searched);
            var read = list.Read(buffer, end, buffer.Length - end);
            if (read > 0)
            {
                end += read;
                continue;
            }

            var rest = buffer.AsSpan(start, end - start);
            start = end;
            return rest.Trim((byte)' ').IsEmpty ? null : Parse(rest);
        }
    }

    private static TarSplitPart Parse(ReadOnlySpan<byte> text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, TarSplitJson.Default.TarSplitPart) ?? throw new InvalidDataException("the store's record of the layer holds nothing where a part should be");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"the store's record of the layer is not the JSON it should be: {e.Message}", e);
        }
    }

    /// <summary>Makes room behind what is held.</summary>
    private void Compact(ref int searched)
    {
        if (end < buffer.Length) return;
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            searched -= start;
            end -= start;
            start = 0;
            return;
        }

        if (buffer.Length >= LongestDocument) throw new InvalidDataException($"a part of the store's record of the layer is larger than the {LongestDocument >> 20} MiB that are read");
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, end).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}

/// <summary>A part: 1 is a file, 2 are bytes of the archive. A name that is no UTF-8 stands in the raw form alone.</summary>
internal sealed record TarSplitPart(int Type, string? Name, [property: JsonPropertyName("name_raw")] byte[]? RawName, long Size, byte[]? Payload);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TarSplitPart))]
internal sealed partial class TarSplitJson : JsonSerializerContext;
