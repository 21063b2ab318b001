using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Vidimus.Advisories;

/// <summary>Writes sections behind each other, and their table and digest in front of them.</summary>
internal sealed class BookOutput
{
    private readonly List<(SectionRow Row, Action<Action<ReadOnlySpan<byte>>> Write)> sections = [];

    public void Add<T>(Section section, List<T> rows) where T : unmanaged =>
        Add<T>(section, rows.Count, put => put(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(rows))));

    /// <summary>Adds a section of so many rows, whose bytes the action puts one after the other.</summary>
    public void Add<T>(Section section, long count, Action<Action<ReadOnlySpan<byte>>> write) where T : unmanaged =>
        sections.Add((new((int)section, Unsafe.SizeOf<T>(), 0, count * Unsafe.SizeOf<T>()), write));

    public void Write(string path)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 20);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        file.Write(new byte[BookFormat.HeaderSize]);

        var offset = Aligned(BookFormat.HeaderSize + ((long)sections.Count * Unsafe.SizeOf<SectionRow>()));
        var table = new SectionRow[sections.Count];
        for (var i = 0; i < table.Length; i++)
        {
            table[i] = sections[i].Row with { Offset = offset };
            offset = Aligned(offset + table[i].Length);
        }

        Put(MemoryMarshal.AsBytes(table.AsSpan()));
        for (var i = 0; i < table.Length; i++)
        {
            Pad(table[i].Offset);
            sections[i].Write(Put);
        }

        Pad(offset);
        file.Position = 0;
        file.Write(MemoryMarshal.AsBytes([new HeaderRow(MemoryMarshal.Read<ulong>(BookFormat.Magic), BookFormat.Version, table.Length, offset, 0)]));
        file.Write(digest.GetHashAndReset());
        file.Flush(flushToDisk: true);

        void Put(ReadOnlySpan<byte> bytes)
        {
            file.Write(bytes);
            digest.AppendData(bytes);
        }

        void Pad(long to) => Put(new byte[checked((int)(to - file.Position))]);
    }

    private static long Aligned(long offset) => (offset + BookFormat.SectionAlignment - 1) / BookFormat.SectionAlignment * BookFormat.SectionAlignment;
}
