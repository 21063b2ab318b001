namespace Vidimus.Files.Formats.Executables;

/// <summary>Reads Mach-O (macOS): the load commands' segments and sections, 32 and 64 bits, both byte orders, also several of them in a fat file.</summary>
internal static class MachOHeaders
{
    private const int MostArchitectures = 32;
    private const int MostCommandBytes = 1 << 20;
    private const int MostSections = 1 << 16;

    /// <summary>The images of a fat file. Java's class files begin with the same four bytes; their next four, a version, are no plausible count.</summary>
    public static IReadOnlyList<ExecutableImage> ReadFat(HeaderReader file)
    {
        const bool Big = true;
        if (file.Length < 8) return [];
        var header = file.Bytes(0, 8);
        var wide = header[3] == 0xBF;
        var count = HeaderReader.U32(header[4..], Big);
        if (count is 0 or > MostArchitectures) return [];

        var images = new List<ExecutableImage>();
        var size = wide ? 32 : 20;
        var table = file.Bytes(8, (int)count * size);
        for (; !table.IsEmpty; table = table[size..])
        {
            var offset = wide ? HeaderReader.U64(table[8..], Big) : HeaderReader.U32(table[8..], Big);
            if (offset > (ulong)file.Length - 4) throw new InvalidDataException("a fat Mach-O file tells of an image outside of it");
            if (file.Bytes(offset, 4) is [0xFE, 0xED, 0xFA, 0xCE or 0xCF] or [0xCE or 0xCF, 0xFA, 0xED, 0xFE]) images.Add(Read(file, offset));
        }

        return images;
    }

    /// <summary>The image at an offset of the file; all its own offsets count from there.</summary>
    public static ExecutableImage Read(HeaderReader file, ulong at)
    {
        var magic = file.Bytes(at, 4);
        var big = magic[0] == 0xFE;
        var wide = magic[big ? 3 : 0] == 0xCF;

        var header = file.Bytes(at, wide ? 32 : 28);
        var bytes = HeaderReader.U32(header[20..], big);
        if (bytes > MostCommandBytes) throw new InvalidDataException("a Mach-O file with outsized load commands");
        var commands = file.Bytes(at + (ulong)header.Length, (int)bytes);

        var sections = new List<ExecutableSection>();
        var segments = new List<ExecutableSegment>();
        while (commands.Length >= 8)
        {
            var kind = HeaderReader.U32(commands, big);
            var size = HeaderReader.U32(commands[4..], big);
            if (size < 8 || size > (uint)commands.Length) throw new InvalidDataException("a Mach-O load command longer than all of them");
            if (kind == (wide ? 0x19u : 1u)) ReadSegment(file, at, commands[..(int)size], wide, big, sections, segments);
            commands = commands[(int)size..];
        }

        return new(file.Stream, ExecutableFormat.MachO, wide ? 8 : 4, big, sections, segments);
    }

    private static void ReadSegment(HeaderReader file, ulong at, ReadOnlySpan<byte> command, bool wide, bool big, List<ExecutableSection> sections, List<ExecutableSegment> segments)
    {
        var head = wide ? 72 : 56;
        if (command.Length < head) throw new InvalidDataException("a torn Mach-O segment");
        var name = HeaderReader.Text(command.Slice(8, 16));
        var place = file.Clip(unchecked(at + Word(command[(wide ? 40 : 32)..], wide, big)), Word(command[(wide ? 48 : 36)..], wide, big));
        var protection = HeaderReader.U32(command[(head - 12)..], big); // initprot: 1 read, 2 write, 4 execute
        var count = HeaderReader.U32(command[(head - 8)..], big);
        if (place.Length > 0) segments.Add(new(name, Word(command[24..], wide, big), place.Offset, place.Length, (protection & 6) == 2));

        var size = wide ? 80 : 68;
        var table = command[head..];
        for (; count > 0 && table.Length >= size && sections.Count < MostSections; table = table[size..], count--)
        {
            var kind = (byte)HeaderReader.U32(table[(wide ? 64 : 56)..], big);
            var bytes = kind is 1 or 0xC or 0x12 // the kinds filled with zeros have no bytes in the file
                ? (Offset: 0, Length: 0)
                : file.Clip(unchecked(at + HeaderReader.U32(table[(wide ? 48 : 40)..], big)), Word(table[(wide ? 40 : 36)..], wide, big));
            sections.Add(new(HeaderReader.Text(table.Slice(16, 16)), HeaderReader.Text(table[..16]), Word(table[32..], wide, big), bytes.Offset, bytes.Length));
        }
    }

    private static ulong Word(ReadOnlySpan<byte> bytes, bool wide, bool big) => wide ? HeaderReader.U64(bytes, big) : HeaderReader.U32(bytes, big);
}
