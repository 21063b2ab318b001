using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Executables;
using Vidimus.Model;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Programs;

/// <summary>Reads the SBOM that GraalVM's native-image puts into a program (<c>--enable-sbom</c>): a gzip-packed CycloneDX document at the symbol <c>sbom</c>, its length at <c>sbom_length</c>.</summary>
/// <remarks>Format: GraalVM's reference manual, "Embedding a Software Bill of Materials"; the dynamic symbol table as the gABI has it. 64-bit little-endian ELF, the only one that it writes on Linux.</remarks>
public sealed class NativeImageSbom : ICollector
{
    private const int MostTable = 32 << 20;
    private const int MostPacked = 16 << 20;
    private const int MostJson = 64 << 20;
    private const int EntrySize = 24;

    public string Name => "programs/native-image-sbom";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = [FileGlob.Executables];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        using var stream = file.OpenRead();
        foreach (var image in ExecutableImage.Read(stream))
        {
            if (image is not { Format: ExecutableFormat.Elf, PointerSize: 8, IsBigEndian: false }) continue;
            if (Symbol(image, "sbom") is not { } at || Symbol(image, "sbom_length") is not { } lengthAt) continue;

            var size = new byte[8];
            if (!image.TryReadAt(lengthAt, size) || BinaryPrimitives.ReadUInt64LittleEndian(size) is var length && length is 0 or > MostPacked) throw new InvalidDataException("a native image's SBOM of no plausible length");
            var packed = new byte[BinaryPrimitives.ReadUInt64LittleEndian(size)];
            if (!image.TryReadAt(at, packed)) throw new InvalidDataException("a native image's SBOM that is not in the file");
            return Read(packed, file, cancel);
        }

        return [];
    }

    /// <summary>The address of a symbol of the dynamic table; null for none.</summary>
    private static ulong? Symbol(ExecutableImage image, string name)
    {
        if (image.Section(".dynsym") is not { } symbols || image.Section(".dynstr") is not { } names || symbols.Length > MostTable || names.Length > MostTable) return null;
        var wanted = Encoding.ASCII.GetBytes($"\0{name}\0");
        var text = Bytes(image, names);
        if (text.AsSpan().IndexOf(wanted) is not (>= 0 and var before)) return null;
        var table = Bytes(image, symbols);
        for (var i = 0; i + EntrySize <= table.Length; i += EntrySize)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(table.AsSpan(i)) == before + 1) return BinaryPrimitives.ReadUInt64LittleEndian(table.AsSpan(i + 8));
        }

        return null;
    }

    private static byte[] Bytes(ExecutableImage image, ExecutableSection section)
    {
        var bytes = new byte[section.Length];
        using var stream = image.OpenRead(section);
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static IReadOnlyList<Package> Read(byte[] packed, SourceFile file, CancellationToken cancel)
    {
        using var json = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress))
        {
            var buffer = new byte[64 << 10];
            for (int read; (read = gzip.Read(buffer)) > 0;)
            {
                if (json.Length + read > MostJson) throw new InvalidDataException($"a native image's SBOM of more than {MostJson >> 20} MiB");
                json.Write(buffer, 0, read);
            }
        }

        return JsonTree.Read(new EntryFile(file, "sbom", json.ToArray()), (document, found) =>
        {
            JsonElement? root = document;
            foreach (var component in root.Member("components").Items())
            {
                cancel.ThrowIfCancellationRequested();
                JsonElement? item = component;
                if (item.Text("name") is not { } name) continue;
                var space = item.Text("group");
                var type = item.Text("purl") is { } text && PackageUrl.TryParse(text, out var purl) ? purl.Type : "maven";
                found.Add(new() { Type = type, Namespace = string.IsNullOrEmpty(space) ? null : space, Name = name, Version = item.Text("version") ?? "", Entry = "sbom" });
            }
        });
    }
}
