using System.Buffers.Binary;
using Vidimus.Files.FileTree;

namespace Vidimus.Files.Formats.FileSystems.Xfs;

/// <summary>How an inode's fork holds its content.</summary>
internal enum XfsForm : byte
{
    Device,
    Local,
    Extents,
    Tree,
}

/// <summary>An inode of XFS.</summary>
internal sealed class XfsInode : Inode
{
    private const int LengthBefore5 = 100;
    private const int LengthOf5 = 176;
    private const long BigTimeStart = int.MinValue;

    private readonly byte[] bytes;

    /// <exception cref="InvalidDataException">It is none, or damaged.</exception>
    public XfsInode(ulong number, byte[] bytes, bool hasChecksums)
        : base(number)
    {
        this.bytes = bytes;
        if (U16(0) != 0x494E || bytes[4] is < 1 or > 3) throw new InvalidDataException($"there is no inode {number}");
        if (bytes[5] > (byte)XfsForm.Tree) throw new InvalidDataException($"inode {number} is damaged: its form is unknown");

        Mode = U16(2);
        Form = (XfsForm)bytes[5];
        Uid = U32(8);
        Gid = U32(12);
        Size = (long)U64(56);
        if (Size < 0) throw new InvalidDataException($"inode {number} is damaged: its size is impossible");

        IsOfVersion3 = bytes[4] == 3;
        var flags = IsOfVersion3 ? U64(120) : 0;
        HasManyExtents = (flags & 0x10) != 0;
        Modified = (flags & 8) != 0
            ? UnixTime.Of((long)(U64(40) / 1_000_000_000) + BigTimeStart, (long)(U64(40) % 1_000_000_000))
            : UnixTime.Of((int)U32(40), U32(44));
        ChecksumHolds = !hasChecksums || !IsOfVersion3 || ~Crc32C.AppendWithout(Crc32C.Start, bytes, 100) == BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(100));

        var start = IsOfVersion3 ? LengthOf5 : LengthBefore5;
        var length = bytes[82] == 0 ? bytes.Length - start : bytes[82] * 8;
        if (length > bytes.Length - start) throw new InvalidDataException($"inode {number} is damaged: its fork is too long");
        fork = (start, length);
    }

    private readonly (int Start, int Length) fork;

    public XfsForm Form { get; }

    public bool IsOfVersion3 { get; }

    public bool ChecksumHolds { get; }

    /// <summary>Whether the content lies on a device of its own.</summary>
    public bool IsRealtime => (U16(90) & 1) != 0;

    /// <summary>The fork of the content: its bytes, its extents, or the root of its tree.</summary>
    public ReadOnlySpan<byte> Fork => bytes.AsSpan(fork.Start, fork.Length);

    public ulong Extents => HasManyExtents ? U64(24) : U32(76);

    private bool HasManyExtents { get; }

    private ushort U16(int at) => BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at));

    private uint U32(int at) => BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at));

    private ulong U64(int at) => BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(at));
}
