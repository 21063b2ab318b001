using System.Buffers.Binary;
using System.Text.Json;
using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Executables;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Programs;

/// <summary>Reads the package note that a linker puts into an ELF file: from which package of which system the program came, although that system's database is not here.</summary>
/// <remarks>
/// Format: systemd's "Package Metadata for Executable Files" (uapi-group.org/specifications/specs/package_metadata_for_executable_files): a note of the owner <c>FDO</c> and
/// the type 0xcafe1a7e in the section <c>.note.package</c>, whose content is JSON. The package is told as <c>generic</c> with its system as namespace: the advisories of the system that
/// it is found in do not speak of it.
/// </remarks>
public sealed class ElfNotes : ICollector
{
    private const int MostBytes = 64 << 10;
    private const uint PackageNote = 0xCAFE1A7E;

    public string Name => "programs/elf-note";

    public int Version => 1;

    public bool OnlyUnowned => true;

    public IReadOnlyList<FileGlob> Wants { get; } = [FileGlob.Executables, "**/*.so", "**/*.so.*"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        using var stream = file.OpenRead();
        foreach (var image in ExecutableImage.Read(stream))
        {
            if (image.Format is not ExecutableFormat.Elf || image.Section(".note.package") is not { } section) continue;
            if (section.Length > MostBytes) throw new InvalidDataException($"a package note of {section.Length} bytes");
            var bytes = new byte[section.Length];
            using (var content = image.OpenRead(section)) content.ReadExactly(bytes);
            if (Json(bytes, image.IsBigEndian) is { IsEmpty: false } json) return Read(json, file);
        }

        return [];
    }

    /// <summary>The content of the first note that is one: sizes of name and content, type, then both, each filled up to four bytes.</summary>
    private static ReadOnlyMemory<byte> Json(ReadOnlyMemory<byte> notes, bool bigEndian)
    {
        while (notes.Length >= 12)
        {
            uint nameSize = U32(notes.Span, bigEndian), size = U32(notes.Span[4..], bigEndian), type = U32(notes.Span[8..], bigEndian);
            var start = 12 + Filled(nameSize);
            var end = start + Filled(size);
            if (nameSize > MostBytes || size > MostBytes || start + size > notes.Length) throw new InvalidDataException("a torn package note");
            if (type == PackageNote && notes.Span.Slice(12, (int)nameSize).StartsWith("FDO\0"u8)) return notes.Slice((int)start, (int)size);
            notes = notes[(int)Math.Min(end, notes.Length)..];
        }

        return default;
    }

    private static IReadOnlyList<Package> Read(ReadOnlyMemory<byte> json, SourceFile file)
    {
        var found = new PackageList(file);
        var length = json.Span.IndexOf((byte)0) is >= 0 and var zero ? zero : json.Length;
        using var document = JsonDocument.Parse(json[..length], new() { MaxDepth = 8 });
        JsonElement? root = document.RootElement;
        try
        {
            if (root.Text("name") is { } name && root.Text("version") is { } version)
            {
                found.Add(new() { Type = "generic", Namespace = root.Text("os"), Name = name, Version = version, Architecture = root.Text("architecture"), Evidence = new($"package note: {root.Text("type")} {name} {version}", 0.95) });
            }
            else found.Note("a package note without a name or a version");
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidDataException("the package note holds text that is not Unicode", e);
        }

        return found.Packages;
    }

    private static uint U32(ReadOnlySpan<byte> bytes, bool bigEndian) => bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private static long Filled(uint size) => ((long)size + 3) & ~3L;
}
