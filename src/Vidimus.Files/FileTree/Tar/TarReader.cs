using Vidimus.Files.Streams;
using Vidimus.Model.Files;

namespace Vidimus.Files.FileTree.Tar;

/// <summary>Reads a tar archive from its beginning to its end: v7, ustar, GNU (long names, base-256 numbers, sparse files), star, PAX (with GNU's sparse files).</summary>
/// <remarks>
/// Sources: POSIX.1-1988 and -2001 (pax), GNU tar's manual ("Tar Internals"), star(5). Where writers leave room it reads as Go's archive/tar does, since that is what
/// container engines unpack layers with. An end at a header's place is an end, with or without the blocks of zeros that should stand there.
/// An entry that nobody wants costs no allocation: its path and numbers are views of buffers used again, valid until <see cref="Next"/>.
/// </remarks>
public sealed class TarReader
{
    private const int Block = 512;
    private const int MostExtended = 1 << 20;

    private readonly ByteSource source;
    private readonly bool withAttributes;
    private readonly byte[] header = new byte[Block];
    private readonly PaxHeader pax = new();
    private readonly PaxHeader shared = new();
    private readonly ByteBuffer records = new();
    private readonly ByteBuffer longName = new();
    private readonly ByteBuffer longLink = new();
    private readonly ByteBuffer joined = new();
    private char[] path = new char[512];
    private int pathLength;
    private char[] link = new char[512];
    private int linkLength;

    /// <summary>The stored bytes of the entry: where they end, padding aside.</summary>
    private long contentEnd;
    private long contentLength;
    private SparseMap? map;

    /// <param name="stream">The archive, uncompressed; read forward only.</param>
    /// <param name="withAttributes">Whether extended attributes are wanted.</param>
    public TarReader(Stream stream, bool withAttributes = false)
        : this(new StreamSource(stream), withAttributes)
    {
    }

    internal TarReader(ByteSource source, bool withAttributes = false) => (this.source, this.withAttributes) = (source, withAttributes);

    /// <summary>The entry's path, see <see cref="PathText"/>; empty for the root itself.</summary>
    public ReadOnlySpan<char> Path => path.AsSpan(0, pathLength);

    public FileKind Kind { get; private set; }

    /// <summary>Of a sparse file the full size.</summary>
    public long Size { get; private set; }

    /// <summary>Why the entry must not be used (it leads out of the tree, it is no whole file), or null.</summary>
    public string? Fault { get; private set; }

    /// <summary>Whether bytes are stored with gaps between them.</summary>
    public bool IsSparse => map is not null;

    /// <summary>Whether any execute bit is set.</summary>
    public bool IsExecutable => (Mode & 0b001_001_001) != 0;

    private uint Mode => TarNumber.TryParse(header.AsSpan(100, 8), out var mode) ? (uint)mode & 0xFFF : 0;

    /// <summary>Goes to the next entry; false at the end.</summary>
    /// <exception cref="InvalidDataException">The archive is torn or is none; says where.</exception>
    public bool Next()
    {
        pax.Clear();
        longName.Clear();
        longLink.Clear();

        while (true)
        {
            SkipContent();
            var at = source.Position;
            if (!ReadHeader(at)) return false;

            try
            {
                switch (header[156])
                {
                    case (byte)'x' or (byte)'X':
                        pax.Clear();
                        pax.Read(ReadExtended(records), shared: false, withAttributes);
                        break;
                    case (byte)'g':
                        shared.Read(ReadExtended(records), shared: true, withAttributes);
                        break;
                    case (byte)'L':
                        ReadExtended(longName);
                        break;
                    case (byte)'K':
                        ReadExtended(longLink);
                        break;
                    case (byte)'V' or (byte)'N': // a volume's name, an old name table
                        SetContent(StoredSize());
                        break;
                    default:
                        ReadEntry();
                        return true;
                }
            }
            catch (InvalidDataException e)
            {
                throw new InvalidDataException($"the archive is damaged at byte {at}: {e.Message}", e);
            }
        }
    }

    /// <summary>The current entry as a value.</summary>
    public FileEntry Entry()
    {
        var modified = pax.Modified ?? shared.Modified ?? (TarNumber.TryParse(header.AsSpan(136, 12), out var seconds) ? UnixTime.Of(seconds) : null);
        var target = Kind is FileKind.SymbolicLink or FileKind.HardLink ? new string(link, 0, linkLength) : null;
        return new(Path.ToString(), Kind, Size, Mode, pax.Uid ?? shared.Uid ?? Id(108), pax.Gid ?? shared.Gid ?? Id(116), modified, target) { Attributes = pax.Attributes };
    }

    /// <summary>The current entry's bytes, valid until <see cref="Next"/>; seekable where the source is a plain file. To be taken once.</summary>
    public Stream Content()
    {
        var stored = source.Slice(contentLength) ?? new SourceStream(source, contentLength);
        return map is null ? stored : new SparseStream(stored, map, Size);
    }

    /// <summary>Where the current entry's bytes begin in the source.</summary>
    internal long ContentStart => contentEnd - contentLength;

    private void SkipContent()
    {
        var left = contentEnd - source.Position;
        if (left > 0 && source.Skip(left) < left) throw new InvalidDataException($"the archive ends in the middle of a file, at byte {source.Position}");

        var padding = -contentLength & (Block - 1);
        source.Skip(padding);
        contentLength = 0;
        contentEnd = source.Position;
    }

    /// <summary>Reads the next header and verifies its checksum; false at the end.</summary>
    private bool ReadHeader(long at)
    {
        var length = source.Read(header);
        if (!header.AsSpan(0, length).ContainsAnyExcept((byte)0)) return false;
        if (length < Block) throw new InvalidDataException($"the archive ends in the middle of a header, at byte {at}");

        var (unsigned, signed) = (8 * ' ', 8 * ' ');
        for (var i = 0; i < Block; i++)
        {
            if (i is >= 148 and < 156) continue;
            unsigned += header[i];
            signed += (sbyte)header[i];
        }

        if (!TarNumber.TryParse(header.AsSpan(148, 8), out var sum) || (sum != unsigned && sum != signed))
        {
            throw new InvalidDataException($"there is no tar header at byte {at}: its checksum is wrong");
        }

        return true;
    }

    private void SetContent(long length)
    {
        if (length > long.MaxValue - Block - source.Position) throw new InvalidDataException("a size is impossible");
        contentLength = length;
        contentEnd = source.Position + length;
    }

    private long StoredSize() => pax.Size ?? (TarNumber.TryParse(header.AsSpan(124, 12), out var size) && size >= 0 ? size : throw new InvalidDataException("a size is no number"));

    private uint Id(int at) => TarNumber.TryParse(header.AsSpan(at, 8), out var id) ? (uint)id : 0;

    /// <summary>Reads what an extending header holds: PAX records or a long name.</summary>
    private ReadOnlySpan<byte> ReadExtended(ByteBuffer into)
    {
        if (!TarNumber.TryParse(header.AsSpan(124, 12), out var size) || size < 0) throw new InvalidDataException("a size is no number");
        if (size > MostExtended) throw new InvalidDataException($"an extended header of {size} bytes is more than the {MostExtended} that are read");

        SetContent(size);
        var bytes = into.Take((int)size);
        if (source.Read(bytes) < bytes.Length) throw new InvalidDataException("the archive ends in the middle of it");
        return bytes;
    }

    private void ReadEntry()
    {
        Fault = null;
        map = null;
        Size = 0;

        var type = header[156];
        var endsAsFolder = ReadPath();
        Kind = type switch
        {
            (byte)'1' => FileKind.HardLink,
            (byte)'2' => FileKind.SymbolicLink,
            (byte)'3' or (byte)'4' or (byte)'6' => FileKind.Other,
            (byte)'5' or (byte)'D' => FileKind.Folder,
            0 when endsAsFolder => FileKind.Folder,
            _ => FileKind.File,
        };

        if (Kind is FileKind.SymbolicLink or FileKind.HardLink) ReadLink();
        if (type is (byte)'M') Fault = "is the rest of a file that begins in another volume";
        if (Kind is not FileKind.File)
        {
            // Only a list of a folder's names (GNU's incremental archives) has bytes; of links and devices Go and GNU tar ignore the size.
            SetContent(type is (byte)'D' ? StoredSize() : 0);
            return;
        }

        if (type is (byte)'S') ReadOldSparse();
        else if (pax.MapInContent && pax.RealSize is { } size) ReadSparseInContent(size);
        else if (pax.Map is { } parts) SetSparse(parts, StoredSize(), pax.RealSize ?? parts.End);
        else SetContent(Size = StoredSize());
    }

    /// <summary>Finds the path in the place that counts; true when it ends as a folder's.</summary>
    private bool ReadPath()
    {
        var bytes = longName.IsSet ? UpToZero(longName.Span)
            : pax.SparseName.IsSet ? pax.SparseName.Span
            : pax.Path.IsSet ? pax.Path.Span
            : HeaderPath();
        pathLength = Decode(bytes, ref path);
        return bytes.EndsWith("/"u8);
    }

    private ReadOnlySpan<byte> HeaderPath()
    {
        var name = UpToZero(header.AsSpan(0, 100));
        if (!header.AsSpan(257, 6).SequenceEqual("ustar\0"u8) || header[345] == 0) return name;

        // star keeps times where POSIX goes on with the prefix.
        var prefix = UpToZero(header.AsSpan(345, header.AsSpan(508, 4).SequenceEqual("tar\0"u8) ? 131 : 155));
        var both = joined.Take(prefix.Length + 1 + name.Length);
        prefix.CopyTo(both);
        both[prefix.Length] = (byte)'/';
        name.CopyTo(both[(prefix.Length + 1)..]);
        return both;
    }

    private void ReadLink()
    {
        var bytes = longLink.IsSet ? UpToZero(longLink.Span) : pax.LinkPath.IsSet ? pax.LinkPath.Span : UpToZero(header.AsSpan(157, 100));
        if (Kind is FileKind.HardLink)
        {
            linkLength = Decode(bytes, ref link);
            return;
        }

        if (link.Length < bytes.Length) link = new char[bytes.Length];
        linkLength = PathText.Decode(bytes, link);
    }

    private int Decode(ReadOnlySpan<byte> bytes, ref char[] text)
    {
        if (text.Length < bytes.Length) text = new char[bytes.Length];
        var length = PathText.Decode(bytes, text);
        var normal = TarPath.Normalise(text.AsSpan(0, length));
        if (normal >= 0) return normal;

        Fault = "has a path that leads upwards and was not read";
        return length;
    }

    private void SetSparse(SparseMap parts, long stored, long size)
    {
        parts.Verify(stored, size);
        SetContent(stored);
        map = parts;
        Size = size;
    }

    /// <summary>GNU's old format: four parts in the header, 21 more in each block that follows while the one before says so.</summary>
    private void ReadOldSparse()
    {
        var stored = StoredSize();
        if (!TarNumber.TryParse(header.AsSpan(483, 12), out var size) || size < 0) throw new InvalidDataException("the size of a sparse file is no number");

        var parts = new SparseMap();
        AddParts(parts, header.AsSpan(386, 96));
        var more = header[482] != 0;
        Span<byte> block = stackalloc byte[Block];
        while (more)
        {
            if (source.Read(block) < Block) throw new InvalidDataException("the archive ends in the middle of it");
            AddParts(parts, block[..504]);
            more = block[504] != 0;
        }

        SetSparse(parts, stored, size);
    }

    private static void AddParts(SparseMap map, ReadOnlySpan<byte> fields)
    {
        for (; fields.Length >= 24 && fields[0] != 0; fields = fields[24..])
        {
            if (!TarNumber.TryParse(fields[..12], out var offset) || !TarNumber.TryParse(fields[12..24], out var length)) throw new InvalidDataException("the map of a sparse file is not made of numbers");
            map.Add(offset, length);
        }
    }

    /// <summary>PAX sparse 1.0: the map stands before the bytes as decimal lines, count first, filled up to a block.</summary>
    private void ReadSparseInContent(long size)
    {
        var stored = StoredSize();
        SetContent(stored);
        var start = source.Position;
        var parts = new SparseMap();
        for (var count = ReadLine(); count > 0; count--) parts.Add(ReadLine(), ReadLine());

        source.Skip(-(source.Position - start) & (Block - 1));
        var used = source.Position - start;
        if (used > stored) throw new InvalidDataException("the map of a sparse file is larger than the file");
        SetSparse(parts, stored - used, size);
    }

    private long ReadLine()
    {
        Span<byte> digits = stackalloc byte[20];
        for (var length = 0; length < digits.Length && source.Position < contentEnd && source.Read(digits.Slice(length, 1)) == 1; length++)
        {
            if (digits[length] != '\n') continue;
            if (TarNumber.TryDecimal(digits[..length], out var number) && number >= 0) return number;
            break;
        }

        throw new InvalidDataException("the map of a sparse file is not made of numbers");
    }

    private static ReadOnlySpan<byte> UpToZero(ReadOnlySpan<byte> field)
    {
        var zero = field.IndexOf((byte)0);
        return zero < 0 ? field : field[..zero];
    }
}
