using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Vidimus.Files.Formats.Databases;

/// <summary>Reads a bbolt database, the file in which containerd keeps the names of its images: buckets of keys, each a value or a bucket.</summary>
/// <remarks>
/// Source: the page structures of go.etcd.io/bbolt (page.go, bucket.go, db.go), on a little-endian machine. Two meta pages take turns, the valid one with the higher transaction counts.
/// Pages are copied when they are written, so a reader beside a running writer meets at worst pages of a later transaction: it says so, and can begin again.
/// </remarks>
public sealed class BoltFile : IDisposable
{
    private const uint Magic = 0xED0CDAED;
    private const int MetaAt = 16;
    private const int MetaLength = 64;
    private const int LargestPage = 64 << 10;
    private const int LargestRun = 16 << 20;

    private readonly SafeFileHandle file;
    private readonly int pageLength;

    /// <exception cref="InvalidDataException">It is no bbolt database, or neither meta page is whole.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public BoltFile(string path)
    {
        file = File.OpenHandle(path, share: FileShare.ReadWrite);
        try
        {
            (pageLength, var root) = NewestMeta();
            Root = new(this, root, default);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The bucket that holds the others.</summary>
    public BoltBucket Root { get; }

    public void Dispose() => file.Dispose();

    /// <summary>A page with those that it runs over into.</summary>
    internal ReadOnlyMemory<byte> Page(ulong id)
    {
        var length = RandomAccess.GetLength(file);
        if (id >= (ulong)(length / pageLength)) throw new InvalidDataException("the bbolt database names a page beyond its end");
        var at = (long)id * pageLength;
        var page = Read(at, pageLength);
        var further = BinaryPrimitives.ReadUInt32LittleEndian(page.AsSpan(12));
        if (BinaryPrimitives.ReadUInt64LittleEndian(page) != id) throw new InvalidDataException("a page of the bbolt database is not the one that it should be");
        if (further == 0) return page;
        var whole = (further + 1L) * pageLength;
        return whole <= LargestRun && at + whole <= length ? Read(at, (int)whole) : throw new InvalidDataException("a page of the bbolt database is longer than can be");
    }

    private (int PageLength, ulong Root) NewestMeta()
    {
        // Where the second meta page lies depends on the page's length, which the first says; when that is torn, it is looked for at each length there can be.
        (int PageLength, ulong Root, ulong Transaction)? newest = Meta(0);
        for (var length = 512; length <= LargestPage; length *= 2)
        {
            if (Meta(length) is { } second && second.PageLength == length && (newest is null || second.Transaction > newest.Value.Transaction)) newest = second;
        }

        return newest is { } found ? (found.PageLength, found.Root) : throw new InvalidDataException("it is no bbolt database, or both of its meta pages are torn");
    }

    private (int PageLength, ulong Root, ulong Transaction)? Meta(long at)
    {
        Span<byte> page = stackalloc byte[MetaAt + MetaLength];
        if (RandomAccess.Read(file, page, at) < page.Length) return null;
        var meta = page[MetaAt..];
        var pageLength = BinaryPrimitives.ReadUInt32LittleEndian(meta[8..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(meta) != Magic || BinaryPrimitives.ReadUInt32LittleEndian(meta[4..]) != 2) return null;
        if (pageLength is < 512 or > LargestPage || !uint.IsPow2(pageLength) || Fnv(meta[..56]) != BinaryPrimitives.ReadUInt64LittleEndian(meta[56..])) return null;
        return ((int)pageLength, BinaryPrimitives.ReadUInt64LittleEndian(meta[16..]), BinaryPrimitives.ReadUInt64LittleEndian(meta[48..]));
    }

    private byte[] Read(long at, int length)
    {
        var bytes = new byte[length];
        for (var done = 0; done < length;)
        {
            var read = RandomAccess.Read(file, bytes.AsSpan(done), at + done);
            if (read == 0) throw new InvalidDataException("the bbolt database is torn");
            done += read;
        }

        return bytes;
    }

    /// <summary>FNV-1a of 64 bits, as the meta page's checksum is.</summary>
    private static ulong Fnv(ReadOnlySpan<byte> bytes)
    {
        var hash = 0xCBF29CE484222325UL;
        foreach (var one in bytes) hash = unchecked((hash ^ one) * 0x100000001B3UL);
        return hash;
    }
}

/// <summary>A bucket of a <see cref="BoltFile"/>: valid as long as that is open.</summary>
public sealed class BoltBucket
{
    private const int HeaderLength = 16;
    private const int Deepest = 32;
    private const int MostPages = 1_000_000;
    private const ushort BranchPage = 1;
    private const ushort LeafPage = 2;

    private readonly BoltFile file;
    private readonly ulong root;
    private readonly ReadOnlyMemory<byte> inline;

    internal BoltBucket(BoltFile file, ulong root, ReadOnlyMemory<byte> inline)
    {
        this.file = file;
        this.root = root;
        this.inline = inline;
    }

    /// <summary>All keys in their order, each with its value or its bucket.</summary>
    /// <exception cref="InvalidDataException">The database is damaged, or was written to meanwhile.</exception>
    public IEnumerable<BoltEntry> Entries()
    {
        var pages = 0;
        return Entries(root == 0 ? inline : file.Page(root), 0, () => ++pages <= MostPages ? pages : throw new InvalidDataException("the bbolt database has pages in a circle, or too many"));
    }

    /// <summary>The bucket of a key, or null.</summary>
    /// <exception cref="InvalidDataException">As with <see cref="Entries()"/>.</exception>
    public BoltBucket? Bucket(string key) => Find(key)?.Bucket;

    /// <summary>The value of a key as text, or null.</summary>
    /// <exception cref="InvalidDataException">As with <see cref="Entries()"/>.</exception>
    public string? Text(string key) => Find(key) is { Bucket: null } entry ? Encoding.UTF8.GetString(entry.Value.Span) : null;

    private BoltEntry? Find(string key)
    {
        var bytes = Encoding.UTF8.GetBytes(key);
        return Entries().FirstOrDefault(entry => entry.Key.Span.SequenceEqual(bytes));
    }

    private IEnumerable<BoltEntry> Entries(ReadOnlyMemory<byte> page, int depth, Func<int> count)
    {
        count();
        if (page.Length < HeaderLength || depth > Deepest) throw new InvalidDataException("the bbolt database is nested too deep, or torn");
        var kind = BinaryPrimitives.ReadUInt16LittleEndian(page.Span[8..]);
        var entries = BinaryPrimitives.ReadUInt16LittleEndian(page.Span[10..]);
        if (kind is not (BranchPage or LeafPage) || HeaderLength + (entries * 16L) > page.Length) throw new InvalidDataException("a page of the bbolt database is neither a branch nor a leaf");
        for (var i = 0; i < entries; i++)
        {
            var at = HeaderLength + (i * 16);
            if (kind is BranchPage)
            {
                foreach (var entry in Entries(file.Page(BinaryPrimitives.ReadUInt64LittleEndian(page.Span[(at + 8)..])), depth + 1, count)) yield return entry;
            }
            else
            {
                yield return Leaf(page, at);
            }
        }
    }

    private BoltEntry Leaf(ReadOnlyMemory<byte> page, int at)
    {
        var element = page.Span[at..];
        var isBucket = (BinaryPrimitives.ReadUInt32LittleEndian(element) & 1) != 0;
        long key = at + (long)BinaryPrimitives.ReadUInt32LittleEndian(element[4..]), keyLength = BinaryPrimitives.ReadUInt32LittleEndian(element[8..]), valueLength = BinaryPrimitives.ReadUInt32LittleEndian(element[12..]);
        if (key + keyLength + valueLength > page.Length) throw new InvalidDataException("a key of the bbolt database lies outside of its page");
        var value = page.Slice((int)(key + keyLength), (int)valueLength);
        if (!isBucket) return new(page.Slice((int)key, (int)keyLength), value, null);
        if (value.Length < 16) throw new InvalidDataException("a bucket of the bbolt database is torn");
        return new(page.Slice((int)key, (int)keyLength), default, new(file, BinaryPrimitives.ReadUInt64LittleEndian(value.Span), value[16..]));
    }
}

/// <summary>A key with its value, or with the bucket that it names.</summary>
public sealed record BoltEntry(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value, BoltBucket? Bucket)
{
    /// <summary>The key as text.</summary>
    public string Name => Encoding.UTF8.GetString(Key.Span);
}
