using System.Buffers.Binary;
using System.Collections;

namespace Vidimus.Files.Formats.Databases;

/// <summary>Reads the items of a Berkeley DB file with the hash access method, in either byte order.</summary>
/// <remarks>
/// Format: <c>dbinc/db_page.h</c> of Berkeley DB, hash versions 8 to 10 (releases 4.2 to 6.2). Pages are taken one after the other, not by bucket: a page that
/// belongs to none carries another type. Large keys and values lie in chains of overflow pages. Sets of several values for one key are not supported.
/// </remarks>
public sealed class BerkeleyHash
{
    private const int Magic = 0x061561;
    private const int MetaLength = 512;
    private const int PageHeaderLength = 26;
    /// <summary>What an item may hold in memory, far beyond the header of any real package; rpm allows its headers 256 MiB.</summary>
    private const int MostItem = 64 << 20;

    private const byte HashUnsorted = 2;
    private const byte Overflow = 7;
    private const byte HashMeta = 8;
    private const byte Hash = 13;

    private readonly Stream stream;
    private readonly bool bigEndian;
    private readonly int pageSize;
    private readonly uint lastPage;

    /// <summary>Where a page's content begins: behind the checksum where the file has them.</summary>
    private readonly int overhead;

    /// <summary>Opens a file.</summary>
    /// <param name="stream">Seekable.</param>
    /// <exception cref="InvalidDataException">It is no Berkeley DB file of this kind.</exception>
    public BerkeleyHash(Stream stream)
    {
        this.stream = stream;
        Span<byte> meta = stackalloc byte[MetaLength];
        stream.Position = 0;
        if (stream.ReadAtLeast(meta, MetaLength, throwOnEndOfStream: false) < MetaLength || !IsBerkeleyHash(meta)) throw new InvalidDataException("This is no Berkeley DB hash file.");

        bigEndian = BinaryPrimitives.ReadInt32BigEndian(meta[12..]) == Magic;
        var version = UInt32(meta[16..]);
        pageSize = (int)Math.Min(UInt32(meta[20..]), int.MaxValue);
        lastPage = UInt32(meta[32..]);
        if (version is < 8 or > 10) throw new InvalidDataException($"Berkeley DB's hash version {version} is not known.");
        if (pageSize is < 512 or > 65536 || !int.IsPow2(pageSize)) throw new InvalidDataException($"A Berkeley DB page cannot have {pageSize} bytes.");
        if (meta[24] != 0) throw new InvalidDataException("The Berkeley DB file is encrypted.");
        if (meta[25] != HashMeta) throw new InvalidDataException("The Berkeley DB file's first page is not a hash's.");

        // With checksums: two unused bytes and four of the sum follow the page's header.
        overhead = (meta[26] & 1) != 0 ? PageHeaderLength + 6 : PageHeaderLength;
    }

    /// <summary>Whether a file begins as these do; at least 16 bytes of it are needed.</summary>
    public static bool IsBerkeleyHash(ReadOnlySpan<byte> head) => head.Length >= 16 && (BinaryPrimitives.ReadInt32LittleEndian(head[12..]) == Magic || BinaryPrimitives.ReadInt32BigEndian(head[12..]) == Magic);

    /// <summary>All items in the order of their pages. Keys and values are valid until the next one.</summary>
    /// <exception cref="InvalidDataException">A page does not follow the format.</exception>
    public IEnumerable<(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value)> Items()
    {
        var inFile = (stream.Length + pageSize - 1) / pageSize;
        var visited = new BitArray((int)Math.Min(inFile, int.MaxValue));
        var page = new byte[pageSize];
        var key = new Item();
        var value = new Item();
        for (var number = 1L; number <= lastPage; number++)
        {
            ReadPage(number, page);
            if (page[25] is not (Hash or HashUnsorted)) continue;

            int entries = UInt16(page.AsSpan(20));
            if (overhead + (2 * entries) > pageSize) throw new InvalidDataException($"Page {number} claims more items than it can hold.");
            for (var i = 0; i + 1 < entries; i += 2)
            {
                Read(page, i, key, visited);
                Read(page, i + 1, value, visited);
                yield return (key.Bytes, value.Bytes);
            }
        }
    }

    /// <summary>An item: its type, then its bytes up to the item before it, for items fill a page from its end.</summary>
    private void Read(byte[] page, int index, Item item, BitArray visited)
    {
        var pointers = page.AsSpan(overhead);
        int begin = UInt16(pointers[(2 * index)..]);
        var end = index == 0 ? pageSize : UInt16(pointers[(2 * (index - 1))..]);
        if (begin < overhead || begin >= end || end > pageSize) throw new InvalidDataException("An item lies outside its page.");

        var content = page.AsSpan(begin, end - begin);
        item.Clear();
        switch (content[0])
        {
            case 1:
                item.Add(content[1..]);
                break;
            case 3 when content.Length >= 12:
                ReadChain(UInt32(content[4..]), UInt32(content[8..]), item, visited);
                break;
            case 2 or 4:
                throw new InvalidDataException("Several values for one key are not supported.");
            default:
                throw new InvalidDataException($"An item of type {content[0]} is not known.");
        }
    }

    /// <summary>A chain of overflow pages; each belongs to one item, so that none is read twice.</summary>
    private void ReadChain(uint number, uint length, Item item, BitArray visited)
    {
        if (length > MostItem || length > stream.Length) throw new InvalidDataException($"An item claims {length} bytes, more than the file or the limit allow.");

        var page = new byte[pageSize];
        while (item.Bytes.Length < length)
        {
            if (number == 0 || number > lastPage || number >= visited.Length) throw new InvalidDataException($"Overflow page {number} is not in the file.");
            if (visited[(int)number]) throw new InvalidDataException($"Overflow page {number} is used twice.");
            visited[(int)number] = true;

            ReadPage(number, page);
            int part = UInt16(page.AsSpan(22));
            if (page[25] != Overflow || part == 0 || overhead + part > pageSize || part > length - item.Bytes.Length) throw new InvalidDataException($"Page {number} is not the overflow page that it should be.");
            item.Add(page.AsSpan(overhead, part));
            number = UInt32(page.AsSpan(16));
        }
    }

    private void ReadPage(long number, byte[] page)
    {
        stream.Position = number * pageSize;
        if (stream.ReadAtLeast(page, pageSize, throwOnEndOfStream: false) < pageSize) throw new InvalidDataException($"The file ends before page {number} of {lastPage} does.");
    }

    private ushort UInt16(ReadOnlySpan<byte> bytes) => bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private uint UInt32(ReadOnlySpan<byte> bytes) => bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    /// <summary>A buffer that is filled anew for each item.</summary>
    private sealed class Item
    {
        private byte[] buffer = new byte[4096];
        private int length;

        public ReadOnlyMemory<byte> Bytes => buffer.AsMemory(0, length);

        public void Clear() => length = 0;

        public void Add(ReadOnlySpan<byte> part)
        {
            if (length + part.Length > buffer.Length) Array.Resize(ref buffer, Math.Max(length + part.Length, 2 * buffer.Length));
            part.CopyTo(buffer.AsSpan(length));
            length += part.Length;
        }
    }
}
