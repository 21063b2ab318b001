using Vidimus.Files.Streams;

namespace Vidimus.Files.Formats.Executables;

/// <summary>The formats of executables.</summary>
public enum ExecutableFormat : byte
{
    Elf,
    Pe,
    MachO,
}

/// <summary>A named part of an executable's file; a section without bytes there (bss) has the length 0.</summary>
/// <param name="Segment">Mach-O's segment; empty in other formats.</param>
/// <param name="Address">Where it is mapped; 0 for what is not.</param>
/// <param name="Offset">In the stream.</param>
public sealed record ExecutableSection(string Segment, string Name, ulong Address, long Offset, long Length);

/// <summary>A part of the file and the address where it is mapped.</summary>
/// <param name="IsData">Whether it is mapped writable and not executable.</param>
public readonly record struct ExecutableSegment(string Name, ulong Address, long Offset, long Length, bool IsData);

/// <summary>A table that a PE file's headers lead to.</summary>
/// <param name="ImageBase">What addresses in the file count from.</param>
/// <param name="RelativeAddress">From there.</param>
public readonly record struct PeDirectory(ulong ImageBase, uint RelativeAddress, uint Length)
{
    public ulong Address => unchecked(ImageBase + RelativeAddress);
}

/// <summary>The headers of an ELF, PE or Mach-O file: enough to find a section by name and bytes by their address, without reading the rest.</summary>
/// <remarks>Sources: the System V ABI (gABI 4.1), Microsoft's PE/COFF specification, Apple's <c>mach-o/loader.h</c> and <c>fat.h</c>. Not for several threads.</remarks>
public sealed class ExecutableImage
{
    private readonly Stream stream;

    internal ExecutableImage(Stream stream, ExecutableFormat format, int pointerSize, bool isBigEndian, IReadOnlyList<ExecutableSection> sections, IReadOnlyList<ExecutableSegment> segments)
    {
        this.stream = stream;
        Format = format;
        PointerSize = pointerSize;
        IsBigEndian = isBigEndian;
        Sections = sections;
        Segments = segments;
    }

    public ExecutableFormat Format { get; }

    /// <summary>4 or 8 bytes.</summary>
    public int PointerSize { get; }

    public bool IsBigEndian { get; }

    public IReadOnlyList<ExecutableSection> Sections { get; }

    /// <summary>What is mapped and has bytes in the file, in the file's order.</summary>
    public IReadOnlyList<ExecutableSegment> Segments { get; }

    /// <summary>PE: the root of the resources; null where there are none.</summary>
    public PeDirectory? Resources { get; init; }

    /// <summary>PE: the header of .NET's; null in other programs.</summary>
    public PeDirectory? CommonLanguageHeader { get; init; }

    /// <summary>Whether it is an assembly of .NET's without native code of another compiler: intermediate language, or what the runtime's own compiler made of it. Source: ECMA-335, II.25.3.3.</summary>
    public bool IsAssembly()
    {
        const uint IntermediateOnly = 1, Precompiled = 4;
        Span<byte> flags = stackalloc byte[4];
        return CommonLanguageHeader is { } header && TryReadAt(header.Address + 16, flags) && (System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(flags) & (IntermediateOnly | Precompiled)) != 0;
    }

    /// <summary>Reads the headers: one image, one an architecture of a fat Mach-O file, none when the file is no executable.</summary>
    /// <exception cref="InvalidDataException">It begins as one and its headers are torn or lie.</exception>
    /// <exception cref="EndOfStreamException">It ends within its headers.</exception>
    public static IReadOnlyList<ExecutableImage> Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var start = new byte[4096];
        stream.Position = 0;
        var window = new HeaderReader(stream, start, stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false));

        return start switch
        {
            [0x7F, (byte)'E', (byte)'L', (byte)'F', ..] => [ElfHeaders.Read(window)],
            [(byte)'M', (byte)'Z', ..] => PeHeaders.Read(window) is { } image ? [image] : [],
            [0xFE, 0xED, 0xFA, 0xCE or 0xCF, ..] or [0xCE or 0xCF, 0xFA, 0xED, 0xFE, ..] => [MachOHeaders.Read(window, 0)],
            [0xCA, 0xFE, 0xBA, 0xBE or 0xBF, ..] => MachOHeaders.ReadFat(window),
            _ => [],
        };
    }

    /// <summary>The first section of a name, or null.</summary>
    public ExecutableSection? Section(string name)
    {
        foreach (var section in Sections)
        {
            if (section.Name == name) return section;
        }

        return null;
    }

    /// <summary>A section's bytes, seekable; shorter than the section where the file ends early.</summary>
    public Stream OpenRead(ExecutableSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return new WindowStream(stream, section.Offset, section.Length);
    }

    /// <summary>A segment's bytes, seekable.</summary>
    public Stream OpenRead(ExecutableSegment segment) => new WindowStream(stream, segment.Offset, segment.Length);

    /// <summary>The bytes mapped at an address; false when not all of them are in the file.</summary>
    public bool TryReadAt(ulong address, Span<byte> buffer)
    {
        foreach (var segment in Segments)
        {
            if (address < segment.Address || address - segment.Address >= (ulong)segment.Length) continue;

            var into = (long)(address - segment.Address);
            if (segment.Length - into < buffer.Length) return false;
            stream.Position = segment.Offset + into;
            return stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) == buffer.Length;
        }

        return false;
    }
}
