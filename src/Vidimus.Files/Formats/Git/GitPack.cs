using System.Buffers.Binary;
using System.IO.Compression;
using Vidimus.Files.Streams;

namespace Vidimus.Files.Formats.Git;

/// <summary>A pack of git objects with its index, versions 1 and 2.</summary>
/// <remarks>Format: gitformat-pack(5). Names are looked up in the index by halving, nothing is read whole.</remarks>
internal sealed class GitPack(Stream index, Stream pack, bool sha256) : IDisposable
{
    /// <summary>An object that is held in memory; a larger one, which only a file can be, is streamed where it is no difference to another.</summary>
    public const int LargestHeld = 128 << 20;

    private const int Fanout = 256 * 4;
    private const int DeepestChain = 4096;
    private const long MostCached = 64 << 20;
    private const int OffsetDelta = 6;
    private const int NameDelta = 7;

    private readonly int width = GitId.Length(sha256) / 2;
    private readonly Dictionary<long, GitObject> cache = [];
    private readonly byte[] small = new byte[64];
    private long cached;
    private uint[]? fanout;
    private bool isVersion2;

    public void Dispose()
    {
        index.Dispose();
        pack.Dispose();
    }

    /// <summary>Where an object lies in the pack; null when it is not in it.</summary>
    public long? Find(ReadOnlySpan<byte> name)
    {
        var (low, high) = Range(name[0]);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var order = Name(middle).SequenceCompareTo(name);
            if (order == 0) return Offset(middle);
            if (order < 0) low = middle + 1;
            else high = middle;
        }

        return null;
    }

    /// <summary>The names that begin with some hex digits, two at most.</summary>
    public IEnumerable<string> WithPrefix(string prefix)
    {
        var (low, high) = Range(Convert.FromHexString(prefix.AsSpan(0, 2))[0]);
        var end = high;
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (string.CompareOrdinal(Convert.ToHexStringLower(Name(middle)), prefix) < 0) low = middle + 1;
            else high = middle;
        }

        for (var i = low; i < end && i < low + 2; i++)
        {
            var name = Convert.ToHexStringLower(Name(i));
            if (name.StartsWith(prefix, StringComparison.Ordinal)) yield return name;
        }
    }

    /// <summary>Reads an object, differences to others applied.</summary>
    /// <param name="find">Finds the base of a difference that is told by name, in any pack.</param>
    /// <exception cref="InvalidDataException">It is damaged, or larger than what is held.</exception>
    public GitObject Read(long offset, Func<byte[], GitObject?> find)
    {
        var deltas = new Stack<(long Place, byte[] Delta)>();
        GitObject? found = null;
        for (var at = offset; found is null;)
        {
            if (cache.TryGetValue(at, out found)) break;
            if (deltas.Count == DeepestChain) throw new InvalidDataException("a chain of differences has no end");

            var (type, size, body) = Header(at);
            if (type is OffsetDelta)
            {
                var (back, start) = Distance(body);
                if (back <= 0 || back > at) throw new InvalidDataException("a difference points outside of its pack");
                deltas.Push((at, Inflate(start, size)));
                at -= back;
            }
            else if (type is NameDelta)
            {
                var name = new byte[width];
                pack.Position = body;
                pack.ReadExactly(name);
                deltas.Push((at, Inflate(body + width, size)));
                found = find(name) ?? throw new InvalidDataException("the base of a difference is missing");
            }
            else
            {
                found = new((GitKind)type, Inflate(body, size));
                Cache(at, found);
            }
        }

        while (deltas.TryPop(out var next))
        {
            found = found with { Bytes = Apply(found.Bytes, next.Delta) };
            Cache(next.Place, found);
        }

        return found;
    }

    /// <summary>The bytes of an object that is no difference, forward only, with their number; null for one that is.</summary>
    public (long Size, Stream Content)? Stream(long offset)
    {
        var (type, size, body) = Header(offset);
        return type is OffsetDelta or NameDelta ? null : (size, new ZLibStream(new WindowStream(pack, body, pack.Length - body), CompressionMode.Decompress));
    }

    private (long Low, long High) Range(byte first)
    {
        if (fanout is null) ReadFanout();
        return (first == 0 ? 0 : fanout![first - 1], fanout![first]);
    }

    private void ReadFanout()
    {
        var head = new byte[8 + Fanout];
        index.Position = 0;
        index.ReadExactly(head);
        isVersion2 = BinaryPrimitives.ReadUInt32BigEndian(head) == 0xFF744F63;
        if (isVersion2 && BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(4)) != 2) throw new InvalidDataException("the index of a pack is of a version that is not read");

        var table = new uint[256];
        for (var i = 0; i < 256; i++)
        {
            table[i] = BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan((isVersion2 ? 8 : 0) + (i * 4)));
            if (i > 0 && table[i] < table[i - 1]) throw new InvalidDataException("the index of a pack is damaged");
        }

        fanout = table;
    }

    private byte[] Name(long entry)
    {
        var name = new byte[width];
        index.Position = isVersion2 ? 8 + Fanout + (entry * width) : Fanout + (entry * (width + 4)) + 4;
        index.ReadExactly(name);
        return name;
    }

    private long Offset(long entry)
    {
        var count = (long)fanout![255];
        var number = Big32(isVersion2 ? 8 + Fanout + (count * (width + 4)) + (entry * 4) : Fanout + (entry * (width + 4)));
        if (!isVersion2 || (number & 0x8000_0000) == 0) return number;

        var place = 8 + Fanout + (count * (width + 8)) + ((number & 0x7FFF_FFFF) * 8L);
        var offset = ((long)Big32(place) << 32) | Big32(place + 4);
        return offset >= 0 ? offset : throw new InvalidDataException("the index of a pack is damaged");
    }

    private uint Big32(long place)
    {
        index.Position = place;
        index.ReadExactly(small, 0, 4);
        return BinaryPrimitives.ReadUInt32BigEndian(small);
    }

    /// <summary>Kind and unpacked size of an object: three bits of kind, four of size, then seven a byte.</summary>
    private (int Type, long Size, long Body) Header(long offset)
    {
        if (offset < 12 || offset >= pack.Length) throw new InvalidDataException("an object lies outside of its pack");
        pack.Position = offset;
        var length = pack.ReadAtLeast(small.AsSpan(0, 12), 12, throwOnEndOfStream: false);
        var type = (small[0] >> 4) & 7;
        long size = small[0] & 15;
        var at = 1;
        for (var shift = 4; (small[at - 1] & 0x80) != 0; shift += 7, at++)
        {
            if (at == length || shift > 53) throw new InvalidDataException("an object of a pack is damaged");
            size |= (long)(small[at] & 0x7F) << shift;
        }

        return type is 0 or 5 ? throw new InvalidDataException("an object of a pack is damaged") : (type, size, offset + at);
    }

    private (long Back, long Start) Distance(long place)
    {
        pack.Position = place;
        var length = pack.ReadAtLeast(small.AsSpan(0, 10), 10, throwOnEndOfStream: false);
        long back = 0;
        for (var at = 0; at < Math.Min(length, 9); at++)
        {
            back = ((at == 0 ? 0 : back + 1) << 7) | (long)(small[at] & 0x7F);
            if ((small[at] & 0x80) == 0) return (back, place + at + 1);
        }

        throw new InvalidDataException("an object of a pack is damaged");
    }

    private byte[] Inflate(long place, long size)
    {
        if (size > LargestHeld) throw new InvalidDataException($"an object of {size} bytes, more than are held in memory");
        using var stream = new ZLibStream(new WindowStream(pack, place, pack.Length - place), CompressionMode.Decompress);
        return ReadWhole(stream, size);
    }

    /// <summary>All of a stream, which must have exactly so many bytes; memory grows with what is there.</summary>
    public static byte[] ReadWhole(Stream stream, long size)
    {
        using var whole = new MemoryStream((int)Math.Min(size, 1 << 16));
        var buffer = new byte[16 << 10];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            whole.Write(buffer, 0, read);
            if (whole.Length > size) break;
        }

        return whole.Length == size ? whole.ToArray() : throw new InvalidDataException("an object has not the length that it claims");
    }

    private void Cache(long place, GitObject value)
    {
        if (value.Bytes.Length > MostCached / 4) return;
        if (cached + value.Bytes.Length > MostCached)
        {
            cache.Clear();
            cached = 0;
        }

        if (cache.TryAdd(place, value)) cached += value.Bytes.Length;
    }

    /// <summary>Makes an object out of another: copies of its parts, and bytes of the difference's own.</summary>
    private static byte[] Apply(byte[] old, ReadOnlySpan<byte> delta)
    {
        var oldLength = Size(ref delta);
        var newLength = Size(ref delta);
        if (oldLength != old.Length || newLength > LargestHeld) throw new InvalidDataException("a difference does not fit its base");

        using var made = new MemoryStream((int)Math.Min(newLength, 1 << 20));
        while (!delta.IsEmpty)
        {
            var command = delta[0];
            delta = delta[1..];
            if ((command & 0x80) != 0)
            {
                var (offset, length) = (0u, 0u);
                for (var i = 0; i < 7; i++)
                {
                    if ((command & (1 << i)) == 0) continue;
                    if (delta.IsEmpty) throw new InvalidDataException("a difference is torn");
                    if (i < 4) offset |= (uint)delta[0] << (8 * i);
                    else length |= (uint)delta[0] << (8 * (i - 4));
                    delta = delta[1..];
                }

                if (length == 0) length = 0x10000;
                if (offset > old.Length || length > old.Length - offset || made.Length + length > newLength) throw new InvalidDataException("a difference points outside of its base");
                made.Write(old, (int)offset, (int)length);
            }
            else
            {
                if (command == 0 || command > delta.Length || made.Length + command > newLength) throw new InvalidDataException("a difference is damaged");
                made.Write(delta[..command]);
                delta = delta[command..];
            }
        }

        return made.Length == newLength ? made.ToArray() : throw new InvalidDataException("a difference is torn");
    }

    private static long Size(ref ReadOnlySpan<byte> delta)
    {
        long size = 0;
        for (var shift = 0; shift < 56 && !delta.IsEmpty; shift += 7)
        {
            var b = delta[0];
            delta = delta[1..];
            size |= (long)(b & 0x7F) << shift;
            if ((b & 0x80) == 0) return size;
        }

        throw new InvalidDataException("a difference is damaged");
    }
}
