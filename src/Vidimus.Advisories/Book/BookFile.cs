using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Vidimus.Advisories;

/// <summary>A book's file, mapped, with its section table read and checked; what a section holds is checked where it is read.</summary>
internal sealed unsafe class BookFile : IDisposable
{
    private readonly Dictionary<int, SectionRow> sections = [];
    private readonly FileStream stream;
    private readonly MemoryMappedFile map;
    private readonly MemoryMappedViewAccessor view;
    private byte* start;

    private BookFile(string path)
    {
        stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1);
        try
        {
            if (stream.Length < BookFormat.HeaderSize) throw new InvalidDataException($"{path} is not an advisory book: it is too short.");
            map = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            view = map.CreateViewAccessor(0, stream.Length, MemoryMappedFileAccess.Read);
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            ReadTable(path, stream.Length);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public static BookFile Open(string path) => BitConverter.IsLittleEndian
        ? new(path)
        : throw new PlatformNotSupportedException("Advisory books are read in place and need a little-endian machine.");

    /// <summary>The rows of a section; none when the file has no such section.</summary>
    /// <exception cref="InvalidDataException">Its rows have another size.</exception>
    public Rows<T> Rows<T>(Section section) where T : unmanaged
    {
        if (!sections.TryGetValue((int)section, out var row)) return default;
        if (row.RowSize != sizeof(T) || row.Length % sizeof(T) != 0 || row.Length / sizeof(T) > int.MaxValue)
        {
            throw new InvalidDataException($"The advisory book is damaged: section {section} has rows of {row.RowSize} bytes.");
        }

        return new((T*)(start + row.Offset), (int)(row.Length / sizeof(T)));
    }

    public long Length => stream.Length;

    public long Size(params ReadOnlySpan<Section> some)
    {
        var size = 0L;
        foreach (var section in some) size += sections.TryGetValue((int)section, out var row) ? row.Length : 0;
        return size;
    }

    /// <summary>The digest that the header names.</summary>
    public byte[] NamedDigest => new ReadOnlySpan<byte>(start + BookFormat.DigestOffset, BookFormat.DigestSize).ToArray();

    /// <summary>The digest that the header names, and the one that the content has.</summary>
    public (byte[] Named, byte[] Actual) Digests()
    {
        var named = NamedDigest;
        using var content = new UnmanagedMemoryStream(start + BookFormat.HeaderSize, stream.Length - BookFormat.HeaderSize);
        return (named, SHA256.HashData(content));
    }

    public void Dispose()
    {
        if (start is not null) view.SafeMemoryMappedViewHandle.ReleasePointer();
        start = null;
        view?.Dispose();
        map?.Dispose();
        stream.Dispose();
    }

    private void ReadTable(string path, long length)
    {
        var header = Unsafe.ReadUnaligned<HeaderRow>(start);
        if (header.Magic != MemoryMarshal.Read<ulong>(BookFormat.Magic)) throw new InvalidDataException($"{path} is not an advisory book.");
        if (header.Version != BookFormat.Version)
        {
            throw new InvalidDataException($"{path} is an advisory book of format {header.Version}; this program reads format {BookFormat.Version}.");
        }

        if (header.Unused != 0 || header.Length != length || header.Sections is < 0 or > BookFormat.MaxSections || BookFormat.HeaderSize + ((long)header.Sections * sizeof(SectionRow)) > length)
        {
            throw new InvalidDataException($"{path} is torn: its header and its length disagree.");
        }

        for (var i = 0; i < header.Sections; i++)
        {
            var row = Unsafe.ReadUnaligned<SectionRow>(start + BookFormat.HeaderSize + (i * sizeof(SectionRow)));
            var fits = row.Offset >= BookFormat.HeaderSize && row.Offset % BookFormat.SectionAlignment == 0 && row.Length >= 0 && row.RowSize > 0 && row.Length <= length - row.Offset;
            if (!fits || !sections.TryAdd(row.Id, row)) throw new InvalidDataException($"{path} is torn: section {row.Id} does not lie inside it.");
        }
    }
}

/// <summary>The rows of a section. What lies outside it is a sign of a damaged file.</summary>
internal readonly unsafe struct Rows<T>(T* first, int count) where T : unmanaged
{
    public int Count => count;

    public ref readonly T this[int index]
    {
        get
        {
            if ((uint)index >= (uint)count) Damaged();
            return ref first[index];
        }
    }

    public ReadOnlySpan<T> All => new(first, count);

    public ReadOnlySpan<T> this[Slice slice]
    {
        get
        {
            if ((uint)slice.First > (uint)count || (uint)slice.Count > (uint)(count - slice.First)) Damaged();
            return new(first + slice.First, slice.Count);
        }
    }

    private static void Damaged() => throw new InvalidDataException($"The advisory book is damaged, or was closed: a {typeof(T).Name} lies outside its section.");
}
