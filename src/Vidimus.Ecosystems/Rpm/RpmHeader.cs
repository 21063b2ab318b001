using System.Buffers.Binary;
using System.Text;

namespace Vidimus.Ecosystems.Rpm;

/// <summary>The tags of a package, as rpm's database keeps them.</summary>
/// <remarks>
/// Format: rpm's "V4 header" (<c>docs/manual/format_header.md</c>) without the leading magic, as in the database: two big-endian counts, index entries of 16 bytes
/// (tag, type, offset, count), then the data that they point into. Of a tag that is there twice the later one holds: rpm adds entries behind the signed region.
/// </remarks>
public readonly ref struct RpmHeader
{
    /// <summary>rpm's own bounds.</summary>
    private const uint MostTags = 0xFFFF;
    private const uint MostData = 0x0FFFFFFF;

    private const int EntryLength = 16;

    private readonly ReadOnlySpan<byte> entries;
    private readonly ReadOnlySpan<byte> data;

    private RpmHeader(ReadOnlySpan<byte> entries, ReadOnlySpan<byte> data)
    {
        this.entries = entries;
        this.data = data;
    }

    /// <summary>Opens a header.</summary>
    /// <exception cref="InvalidDataException">Its counts do not fit its length.</exception>
    public static RpmHeader Open(ReadOnlySpan<byte> blob)
    {
        if (blob.Length < 8) throw new InvalidDataException("A package's header is empty.");

        var tags = BinaryPrimitives.ReadUInt32BigEndian(blob);
        var length = BinaryPrimitives.ReadUInt32BigEndian(blob[4..]);
        if (tags is 0 or > MostTags || length > MostData || 8 + (tags * EntryLength) + length > (uint)blob.Length)
        {
            throw new InvalidDataException($"A package's header of {blob.Length} bytes cannot hold {tags} tags and {length} bytes of data.");
        }

        var index = (int)tags * EntryLength;
        return new(blob.Slice(8, index), blob.Slice(8 + index, (int)length));
    }

    /// <summary>The text of a tag, or the first of several; null where it is not there.</summary>
    public string? Text(RpmTag tag)
    {
        var text = Strings(tag);
        return text.MoveNext() ? Encoding.UTF8.GetString(text.Current) : null;
    }

    /// <summary>The first number of a tag; null where it is not there.</summary>
    public uint? Number(RpmTag tag) => Numbers(tag) is { Length: >= 4 } numbers ? BinaryPrimitives.ReadUInt32BigEndian(numbers) : null;

    /// <summary>The 32-bit numbers of a tag as big-endian bytes; empty where it is not there.</summary>
    public ReadOnlySpan<byte> Numbers(RpmTag tag)
    {
        const uint Int32Type = 4;
        return Find(tag, out var type, out var offset, out var count) && type == Int32Type && count <= (uint)(data.Length - offset) / 4 ? data.Slice(offset, (int)count * 4) : default;
    }

    /// <summary>The texts of a tag.</summary>
    public RpmStrings Strings(RpmTag tag)
    {
        const uint StringType = 6, StringArrayType = 8, InternationalType = 9;
        return Find(tag, out var type, out var offset, out var count) && type is StringType or StringArrayType or InternationalType
            ? new(data[offset..], (int)Math.Min(count, (uint)data.Length))
            : default;
    }

    private bool Find(RpmTag tag, out uint type, out int offset, out uint count)
    {
        for (var at = entries.Length - EntryLength; at >= 0; at -= EntryLength)
        {
            if (BinaryPrimitives.ReadUInt32BigEndian(entries[at..]) != (uint)tag) continue;

            type = BinaryPrimitives.ReadUInt32BigEndian(entries[(at + 4)..]);
            var start = BinaryPrimitives.ReadUInt32BigEndian(entries[(at + 8)..]);
            count = BinaryPrimitives.ReadUInt32BigEndian(entries[(at + 12)..]);
            offset = (int)Math.Min(start, (uint)data.Length);
            return start <= (uint)data.Length;
        }

        (type, offset, count) = (0, 0, 0);
        return false;
    }
}

/// <summary>Texts that lie one behind the other, each ended by a zero byte.</summary>
public ref struct RpmStrings
{
    private ReadOnlySpan<byte> rest;
    private int left;

    internal RpmStrings(ReadOnlySpan<byte> data, int count)
    {
        rest = data;
        left = count;
    }

    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>Goes on to the next; false at the end, also where the data ends before its count does.</summary>
    public bool MoveNext()
    {
        if (left == 0 || rest.IndexOf((byte)0) is not (>= 0 and var end)) return false;

        Current = rest[..end];
        rest = rest[(end + 1)..];
        left--;
        return true;
    }
}

/// <summary>The tags that we read, by their numbers in rpm's <c>rpmtag.h</c>.</summary>
public enum RpmTag : uint
{
    None = 0,
    Name = 1000,
    Version = 1001,
    Release = 1002,
    Epoch = 1003,
    Vendor = 1011,
    License = 1014,
    Arch = 1022,
    FileDigests = 1035,
    SourceRpm = 1044,
    DirIndexes = 1116,
    BaseNames = 1117,
    DirNames = 1118,
    FileDigestAlgorithm = 5011,
    ModularityLabel = 5096,
}
