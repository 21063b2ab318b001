using System.Buffers.Binary;
using Vidimus.Files.FileTree;
using Vidimus.Model.Files;

namespace Vidimus.Files.Formats.FileSystems.Ext;

/// <summary>An inode of ext2, ext3 or ext4.</summary>
internal sealed class ExtInode : Inode
{
    private const uint ExtentsFlag = 0x8_0000;
    private const uint InlineFlag = 0x1000_0000;
    private const uint EncryptedFlag = 0x800;
    private const uint AttributeMagic = 0xEA02_0000;
    private const int BlockOffset = 40;
    private const int BlockArea = 60;

    private readonly byte[] bytes;

    public ExtInode(ulong number, byte[] bytes)
        : base(number)
    {
        this.bytes = bytes;
        Mode = U16(0);
        Uid = U16(2) | (uint)U16(120) << 16;
        Gid = U16(24) | (uint)U16(122) << 16;
        Size = Kind is FileKind.File or FileKind.Folder ? U32(4) | (long)U32(108) << 32 : U32(4);
        if (Size < 0) throw new InvalidDataException("an inode is damaged: its size is impossible");

        // The two low bits of the extra field are the seconds' bits 32 and 33, what is above them nanoseconds.
        var extra = ExtraLength >= 12 ? U32(136) : 0;
        Modified = UnixTime.Of((int)U32(16) + ((long)(extra & 3) << 32), extra >> 2);
    }

    public bool HasExtents => (U32(32) & ExtentsFlag) != 0;

    public bool IsInline => (U32(32) & InlineFlag) != 0;

    public bool IsEncrypted => (U32(32) & EncryptedFlag) != 0;

    /// <summary>A short target stands where the block numbers would.</summary>
    public bool IsFastLink => Kind is FileKind.SymbolicLink && !HasExtents && !IsInline && Size < BlockArea;

    /// <summary>The 60 bytes that hold block numbers, the root of the extent tree, or a short content.</summary>
    public ReadOnlySpan<byte> Area => bytes.AsSpan(BlockOffset, BlockArea);

    public uint Generation => U32(100);

    private int ExtraLength => bytes.Length > 130 ? Math.Min(U16(128), bytes.Length - 128) : 0;

    /// <summary>Whether the checksum is the one of these bytes: 32 bits, or only 16 where the inode has no room for more.</summary>
    /// <param name="seed">Of this inode.</param>
    public bool ChecksumHolds(uint seed)
    {
        var copy = bytes.ToArray();
        copy.AsSpan(124, 2).Clear();
        var isWide = ExtraLength >= 4;
        if (isWide) copy.AsSpan(130, 2).Clear();
        var crc = Crc32C.Append(seed, copy);
        return isWide ? crc == (U16(124) | (uint)U16(130) << 16) : (ushort)crc == U16(124);
    }

    /// <summary>What of an inline content does not fit where the block numbers would be: the value of the attribute <c>system.data</c> behind the inode's fields.</summary>
    /// <exception cref="InvalidDataException">The attributes are damaged.</exception>
    public ReadOnlySpan<byte> InlineRest()
    {
        var start = 128 + ExtraLength;
        if (start + 4 > bytes.Length || U32(start) != AttributeMagic) return default;
        var area = bytes.AsSpan(start + 4);
        for (var at = 0; at + 16 <= area.Length && BinaryPrimitives.ReadUInt32LittleEndian(area[at..]) != 0;)
        {
            var nameLength = area[at];
            if (at + 16 + nameLength > area.Length) break;
            if (area[at + 1] == 7 && area.Slice(at + 16, nameLength).SequenceEqual("data"u8))
            {
                int offset = BinaryPrimitives.ReadUInt16LittleEndian(area[(at + 2)..]);
                var length = BinaryPrimitives.ReadUInt32LittleEndian(area[(at + 8)..]);
                return length <= area.Length && offset <= area.Length - length ? area.Slice(offset, (int)length) : throw new InvalidDataException("an inode's inline content lies outside of it");
            }

            at += (16 + nameLength + 3) & ~3;
        }

        return default;
    }

    private ushort U16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));

    private uint U32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));
}
