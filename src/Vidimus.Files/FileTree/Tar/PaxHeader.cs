using Vidimus.Model.Files;

namespace Vidimus.Files.FileTree.Tar;

/// <summary>What PAX headers (<c>LENGTH KEY=VALUE\n</c>, POSIX.1-2001 pax) say of the next entry; reused from entry to entry.</summary>
internal sealed class PaxHeader
{
    private const string Torn = "an extended header is not made of 'length key=value' records";

    private long sparseOffset = -1;

    public ByteBuffer Path { get; } = new();
    public ByteBuffer LinkPath { get; } = new();

    /// <summary>The real name of a sparse file; the header's own is made up.</summary>
    public ByteBuffer SparseName { get; } = new();
    public long? Size { get; private set; }
    public uint? Uid { get; private set; }
    public uint? Gid { get; private set; }
    public DateTimeOffset? Modified { get; private set; }
    public SparseMap? Map { get; private set; }
    public long? RealSize { get; private set; }

    /// <summary>GNU's sparse format 1.0: the map lies in front of the bytes.</summary>
    public bool MapInContent { get; private set; }
    public Dictionary<string, byte[]>? Attributes { get; private set; }

    public void Clear()
    {
        Path.Clear();
        LinkPath.Clear();
        SparseName.Clear();
        (Size, Uid, Gid, Modified, Map, RealSize, MapInContent, Attributes, sparseOffset) = (null, null, null, null, null, null, false, null, -1);
    }

    /// <summary>Takes a header's records.</summary>
    /// <param name="shared">It stands for all entries that follow: then only owner and time are taken, since readers differ on the rest and no writer uses it.</param>
    /// <exception cref="InvalidDataException">It does not follow its format.</exception>
    public void Read(ReadOnlySpan<byte> records, bool shared, bool withAttributes)
    {
        while (!records.IsEmpty)
        {
            var space = records.IndexOf((byte)' ');
            if (space <= 0 || !TarNumber.TryDecimal(records[..space], out var length) || length <= space + 1 || length > records.Length || records[(int)length - 1] != '\n')
            {
                if (records.ContainsAnyExcept((byte)0)) throw new InvalidDataException(Torn);
                return;
            }

            var record = records[(space + 1)..((int)length - 1)];
            var equals = record.IndexOf((byte)'=');
            if (equals <= 0) throw new InvalidDataException(Torn);
            Take(record[..equals], record[(equals + 1)..], shared, withAttributes);
            records = records[(int)length..];
        }
    }

    private void Take(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool shared, bool withAttributes)
    {
        if (key.SequenceEqual("mtime"u8)) Modified = TarNumber.Time(value);
        else if (key.SequenceEqual("uid"u8)) Uid = value.IsEmpty ? null : (uint)Number(value);
        else if (key.SequenceEqual("gid"u8)) Gid = value.IsEmpty ? null : (uint)Number(value);
        else if (shared) return;
        else if (key.SequenceEqual("path"u8)) Text(Path, value);
        else if (key.SequenceEqual("linkpath"u8)) Text(LinkPath, value);
        else if (key.SequenceEqual("size"u8)) Size = value.IsEmpty ? null : Number(value);
        else if (key.StartsWith("GNU.sparse."u8)) TakeSparse(key["GNU.sparse.".Length..], value);
        else if (withAttributes && key.StartsWith("SCHILY.xattr."u8)) (Attributes ??= [])[PathText.Decode(key["SCHILY.xattr.".Length..])] = value.ToArray();
    }

    /// <summary>GNU's sparse formats 0.0 (offset and numbytes by turns), 0.1 (one map) and 1.0 (map in the content), as GNU tar's manual has them.</summary>
    private void TakeSparse(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.SequenceEqual("name"u8)) Text(SparseName, value);
        else if (key.SequenceEqual("size"u8) || key.SequenceEqual("realsize"u8)) RealSize = Number(value);
        else if (key.SequenceEqual("major"u8)) MapInContent = Number(value) == 1;
        else if (key.SequenceEqual("offset"u8)) sparseOffset = Number(value);
        else if (key.SequenceEqual("numbytes"u8)) (Map ??= new()).Add(sparseOffset, Number(value));
        else if (key.SequenceEqual("numblocks"u8)) Map = new();
        else if (key.SequenceEqual("map"u8)) ReadMap(value);
    }

    private void ReadMap(ReadOnlySpan<byte> numbers)
    {
        Map = new();
        while (!numbers.IsEmpty)
        {
            var offset = Next(ref numbers);
            Map.Add(offset, numbers.IsEmpty ? -1 : Next(ref numbers));
        }
    }

    private static long Next(ref ReadOnlySpan<byte> numbers)
    {
        var comma = numbers.IndexOf((byte)',');
        var number = Number(comma < 0 ? numbers : numbers[..comma]);
        numbers = comma < 0 ? default : numbers[(comma + 1)..];
        return number;
    }

    private static void Text(ByteBuffer text, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty) text.Clear();
        else if (value.Contains((byte)0)) throw new InvalidDataException("a path in an extended header holds a zero byte");
        else text.Set(value);
    }

    private static long Number(ReadOnlySpan<byte> text) =>
        TarNumber.TryDecimal(text, out var number) && number >= 0 ? number : throw new InvalidDataException("a number in an extended header is none");
}
