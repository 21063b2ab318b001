namespace Vidimus.Files.Formats.Executables;

/// <summary>Reads ELF: the file header, program headers and section headers, 32 and 64 bits, both byte orders.</summary>
internal static class ElfHeaders
{
    private const int MostSections = 1 << 16;
    private const int MostNames = 4 << 20;
    private const int LongestHeader = 256;

    public static ExecutableImage Read(HeaderReader file)
    {
        var ident = file.Bytes(0, 16);
        if (ident[4] is not (1 or 2) || ident[5] is not (1 or 2)) throw new InvalidDataException("an ELF file of an unknown class or byte order");
        var wide = ident[4] == 2;
        var big = ident[5] == 2;

        var header = file.Bytes(0, wide ? 64 : 52);
        var programs = Word(header[(wide ? 32 : 28)..], wide, big);
        var sections = Word(header[(wide ? 40 : 32)..], wide, big);
        var counts = header[(wide ? 54 : 42)..];
        int programSize = HeaderReader.U16(counts, big), programCount = HeaderReader.U16(counts[2..], big);
        int sectionSize = HeaderReader.U16(counts[4..], big), sectionCount = HeaderReader.U16(counts[6..], big), names = HeaderReader.U16(counts[8..], big);
        if (Math.Max(programSize, sectionSize) > LongestHeader) throw new InvalidDataException("an ELF file with outsized headers");

        return new(file.Stream, ExecutableFormat.Elf, wide ? 8 : 4, big,
            sections == 0 || sectionSize < (wide ? 64 : 40) ? [] : Sections(file, sections, sectionSize, sectionCount, names, wide, big),
            programs == 0 || programSize < (wide ? 56 : 32) ? [] : Segments(file, programs, programSize, programCount, wide, big));
    }

    private static List<ExecutableSegment> Segments(HeaderReader file, ulong offset, int size, int count, bool wide, bool big)
    {
        var segments = new List<ExecutableSegment>();
        var table = file.Bytes(offset, size * count);
        for (; table.Length >= size && count > 0; table = table[size..], count--)
        {
            if (HeaderReader.U32(table, big) != 1) continue; // PT_LOAD

            var flags = HeaderReader.U32(table[(wide ? 4 : 24)..], big);
            var place = file.Clip(Word(table[(wide ? 8 : 4)..], wide, big), Word(table[(wide ? 32 : 16)..], wide, big));
            if (place.Length > 0) segments.Add(new("", Word(table[(wide ? 16 : 8)..], wide, big), place.Offset, place.Length, (flags & 3) == 2)); // writable, not executable
        }

        return segments;
    }

    private static List<ExecutableSection> Sections(HeaderReader file, ulong offset, int size, int count, int names, bool wide, bool big)
    {
        // Counts that don't fit in the file header stand in the first section's.
        var first = file.Bytes(offset, size);
        var sectionCount = count == 0 ? Word(first[(wide ? 32 : 20)..], wide, big) : (ulong)count;
        if (names == 0xFFFF) names = (int)Math.Min(HeaderReader.U32(first[(wide ? 40 : 24)..], big), int.MaxValue);
        if (sectionCount > MostSections) throw new InvalidDataException($"an ELF file with {sectionCount} sections");
        if ((ulong)names >= sectionCount) return [];

        var table = file.Bytes(offset, size * (int)sectionCount);
        var nameTable = Place(file, table[(names * size)..], wide, big);
        if (nameTable.Length > MostNames) throw new InvalidDataException("an ELF file with an outsized table of section names");
        var text = file.Bytes((ulong)nameTable.Offset, (int)nameTable.Length);

        var sections = new List<ExecutableSection>((int)sectionCount);
        for (; table.Length >= size; table = table[size..])
        {
            var name = HeaderReader.U32(table, big);
            var place = Place(file, table, wide, big);
            sections.Add(new("", name < (uint)text.Length ? HeaderReader.Text(text.Slice((int)name, Math.Min(64, text.Length - (int)name))) : "",
                Word(table[(wide ? 16 : 12)..], wide, big), place.Offset, place.Length));
        }

        return sections;
    }

    private static (long Offset, long Length) Place(HeaderReader file, ReadOnlySpan<byte> header, bool wide, bool big) =>
        HeaderReader.U32(header[4..], big) == 8 // SHT_NOBITS
            ? (0, 0)
            : file.Clip(Word(header[(wide ? 24 : 16)..], wide, big), Word(header[(wide ? 32 : 20)..], wide, big));

    private static ulong Word(ReadOnlySpan<byte> bytes, bool wide, bool big) => wide ? HeaderReader.U64(bytes, big) : HeaderReader.U32(bytes, big);
}
