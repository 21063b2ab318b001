using System.Globalization;

namespace Vidimus.Files.Formats.Executables;

/// <summary>Reads PE (Windows): the COFF and optional headers and the section table.</summary>
internal static class PeHeaders
{
    private const int ResourceDirectory = 2, CommonLanguageDirectory = 14;
    private const uint InitializedData = 0x40, Execute = 0x2000_0000, Write = 0x8000_0000;

    /// <summary>The image; null for a DOS program, which has no PE header.</summary>
    public static ExecutableImage? Read(HeaderReader file)
    {
        const bool Little = false;
        if (file.Length < 0x40) return null;
        ulong at = HeaderReader.U32(file.Bytes(0x3C, 4), Little);
        if (at + 24 > (ulong)file.Length) return null;

        var coff = file.Bytes(at, 24);
        if (!coff[..4].SequenceEqual("PE\0\0"u8)) return null;
        int count = HeaderReader.U16(coff[6..], Little), optionalLength = HeaderReader.U16(coff[20..], Little);

        var optional = file.Bytes(at + 24, optionalLength);
        var magic = optionalLength >= 32 ? HeaderReader.U16(optional, Little) : (ushort)0;
        if (magic is not (0x10B or 0x20B)) throw new InvalidDataException("a PE file without a known optional header");
        var wide = magic == 0x20B;
        var imageBase = wide ? HeaderReader.U64(optional[24..], Little) : HeaderReader.U32(optional[28..], Little);

        var strings = HeaderReader.U32(coff[12..], Little) is > 0 and var symbols ? symbols + (18UL * HeaderReader.U32(coff[16..], Little)) : 0;
        var sections = new List<ExecutableSection>(Math.Min(count, 96));
        var segments = new List<ExecutableSegment>(Math.Min(count, 96));
        var table = file.Bytes(at + 24 + (ulong)optionalLength, count * 40);
        for (; !table.IsEmpty; table = table[40..])
        {
            var virtualSize = HeaderReader.U32(table[8..], Little);
            var rawSize = HeaderReader.U32(table[16..], Little);
            var place = file.Clip(HeaderReader.U32(table[20..], Little), virtualSize == 0 ? rawSize : Math.Min(rawSize, virtualSize)); // the rest is padding
            var address = unchecked(imageBase + HeaderReader.U32(table[12..], Little));
            var flags = HeaderReader.U32(table[36..], Little);
            var name = Name(file, table[..8], strings);

            sections.Add(new("", name, address, place.Offset, place.Length));
            if (place.Length > 0) segments.Add(new(name, address, place.Offset, place.Length, (flags & (InitializedData | Write | Execute)) == (InitializedData | Write)));
        }

        return new(file.Stream, ExecutableFormat.Pe, wide ? 8 : 4, isBigEndian: false, sections, segments)
        {
            Resources = Directory(file.Bytes(at + 24, optionalLength), wide, imageBase, ResourceDirectory),
            CommonLanguageHeader = Directory(file.Bytes(at + 24, optionalLength), wide, imageBase, CommonLanguageDirectory),
        };
    }

    /// <summary>An entry of the table of directories at the end of the optional header; null where there is none.</summary>
    private static PeDirectory? Directory(ReadOnlySpan<byte> optional, bool wide, ulong imageBase, int number)
    {
        var count = wide ? 108 : 92;
        var entry = count + 4 + (number * 8);
        if (optional.Length < entry + 8 || HeaderReader.U32(optional[count..], bigEndian: false) <= number) return null;
        uint at = HeaderReader.U32(optional[entry..], bigEndian: false), length = HeaderReader.U32(optional[(entry + 4)..], bigEndian: false);
        return at == 0 || length == 0 ? null : new(imageBase, at, length);
    }

    /// <summary>A section's name; one longer than eight bytes stands in the string table behind the symbols, as <c>/OFFSET</c> says (a GNU extension that Go follows).</summary>
    private static string Name(HeaderReader file, ReadOnlySpan<byte> field, ulong strings)
    {
        var name = HeaderReader.Text(field);
        return strings > 0 && name is ['/', .. var digits] && uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var offset) && strings + offset < (ulong)file.Length
            ? HeaderReader.Text(file.Bytes(strings + offset, (int)Math.Min(64, (ulong)file.Length - strings - offset)))
            : name;
    }
}
