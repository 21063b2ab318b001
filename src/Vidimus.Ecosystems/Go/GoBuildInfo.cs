using System.Buffers.Binary;
using System.Text;
using Vidimus.Files.Formats.Executables;

namespace Vidimus.Ecosystems.Go;

/// <summary>What the Go toolchain wrote into an executable: its own version and the text of the modules built in.</summary>
/// <remarks>
/// Source: Go's <c>debug/buildinfo</c>. A header of 32 bytes, aligned to 16, begins with <c>\xff Go buildinf:</c>; then the pointer size and flags (1: big-endian, 2: the strings
/// stand inline, each after its length as a varint, since Go 1.18). Without flag 2 two pointers lead to two string headers (pointer, length) of the running program.
/// The module text is framed by 16 arbitrary bytes on both sides.
/// </remarks>
/// <param name="GoVersion">As written: <c>go1.19.8</c>.</param>
/// <param name="Modules">Lines of <c>path</c>, <c>mod</c>, <c>dep</c>, <c>=></c>, <c>build</c>; empty where the build knew no modules.</param>
internal sealed record GoBuildInfo(string GoVersion, string Modules)
{
    private const int HeaderLength = 32;
    private const int Alignment = 16;
    private const int MostVersion = 1024;
    private const int MostModules = 4 << 20;

    /// <summary>How far a data segment is searched where no section names the place; the linker puts it near the front.</summary>
    private const int MostSearched = 16 << 20;

    /// <summary>Sections that only Go's linker makes: they tell a Go program whose build info lost its section.</summary>
    private static readonly string[] GoSections = [".go.buildid", ".note.go.buildid", ".gopclntab", ".gosymtab", "__gopclntab", "__gosymtab", ".data.rel.ro.gopclntab"];

    private static readonly byte[] Magic = [0xFF, .. " Go buildinf:"u8];

    /// <summary>Whether the build knew of modules: in GOPATH mode the text has only a <c>path</c> and settings.</summary>
    public bool NamesModules => Modules.StartsWith("mod\t", StringComparison.Ordinal) || Modules.Contains("\nmod\t", StringComparison.Ordinal) || Modules.Contains("\ndep\t", StringComparison.Ordinal);

    /// <summary>Whether only Go's linker could have made this image.</summary>
    public static bool IsGo(ExecutableImage image) => image.Sections.Any(s => GoSections.Contains(s.Name));

    /// <summary>Reads it; null when the image has none. Images that can't be Go's cost nothing beyond their headers.</summary>
    public static GoBuildInfo? Read(ExecutableImage image)
    {
        if ((image.Section(".go.buildinfo") ?? image.Section("__go_buildinfo")) is { } section)
        {
            using var bytes = image.OpenRead(section);
            return ReadFrom(image, bytes, section.Address);
        }

        // As Go's own reader does, the first data segment; but only where there is a reason to believe that this is Go: a trait, or no sections that could tell.
        if (image.Format is not ExecutableFormat.Pe && image.Sections.Count > 0 && !IsGo(image)) return null;
        foreach (var segment in image.Segments)
        {
            if (!segment.IsData) continue;
            using var bytes = image.OpenRead(segment);
            return ReadFrom(image, bytes, segment.Address);
        }

        return null;
    }

    private static GoBuildInfo? ReadFrom(ExecutableImage image, Stream bytes, ulong address)
    {
        if (Find(bytes, address) is not { } at) return null;

        Span<byte> header = stackalloc byte[HeaderLength];
        bytes.Position = at;
        bytes.ReadExactly(header);
        if ((header[15] & 2) != 0)
        {
            var version = ReadInline(bytes, MostVersion);
            return version.Length == 0 ? null : new(Encoding.UTF8.GetString(version), Unframe(ReadInline(bytes, MostModules)));
        }

        int pointer = header[14];
        if (pointer is not (4 or 8)) throw new InvalidDataException("the Go build info has pointers of neither 4 nor 8 bytes");
        var big = header[15] != 0;
        var text = ReadString(image, Word(header[16..], pointer, big), pointer, big, MostVersion);
        return text.Length == 0 ? null : new(Encoding.UTF8.GetString(text), Unframe(ReadString(image, Word(header[(16 + pointer)..], pointer, big), pointer, big, MostModules)));
    }

    /// <summary>The magic's place: an aligned address, not an aligned offset.</summary>
    private static long? Find(Stream bytes, ulong address)
    {
        var buffer = new byte[1 << 16];
        var misaligned = (int)((Alignment - (address % Alignment)) % Alignment);
        long start = 0;
        var kept = 0;
        while (start < MostSearched)
        {
            var count = kept + bytes.ReadAtLeast(buffer.AsSpan(kept), buffer.Length - kept, throwOnEndOfStream: false);
            for (var from = 0; from < count && buffer.AsSpan(from, count - from).IndexOf(Magic) is >= 0 and var hit; from += hit + 1)
            {
                var at = start + from + hit;
                if (at % Alignment == misaligned && at <= bytes.Length - HeaderLength) return at;
            }

            if (count < buffer.Length) break;
            kept = Magic.Length - 1;
            buffer.AsSpan(count - kept).CopyTo(buffer);
            start += count - kept;
        }

        return null;
    }

    private static byte[] ReadInline(Stream bytes, int most)
    {
        ulong length = 0;
        for (var shift = 0; ; shift += 7)
        {
            var b = bytes.ReadByte();
            if (b < 0 || shift > 28) throw new InvalidDataException("torn Go build info");
            length |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80) break;
        }

        if (length > (ulong)most || (long)length > bytes.Length - bytes.Position) throw new InvalidDataException($"the Go build info claims a string of {length} bytes");
        var text = new byte[length];
        bytes.ReadExactly(text);
        return text;
    }

    /// <summary>A Go string by the address of its header; empty where that leads nowhere.</summary>
    private static byte[] ReadString(ExecutableImage image, ulong address, int pointer, bool big, int most)
    {
        Span<byte> header = stackalloc byte[2 * pointer];
        if (!image.TryReadAt(address, header)) return [];

        var length = Word(header[pointer..], pointer, big);
        if (length > (ulong)most) throw new InvalidDataException($"the Go build info claims a string of {length} bytes");
        var text = new byte[length];
        return image.TryReadAt(Word(header, pointer, big), text) ? text : [];
    }

    private static ulong Word(ReadOnlySpan<byte> bytes, int size, bool big) => (size, big) switch
    {
        (4, false) => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        (4, true) => BinaryPrimitives.ReadUInt32BigEndian(bytes),
        (_, false) => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        _ => BinaryPrimitives.ReadUInt64BigEndian(bytes),
    };

    private static string Unframe(ReadOnlySpan<byte> text) => text.Length >= 33 && text[^17] == '\n' ? Encoding.UTF8.GetString(text[16..^16]) : "";
}
