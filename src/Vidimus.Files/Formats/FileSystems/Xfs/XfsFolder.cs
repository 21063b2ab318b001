using System.Buffers.Binary;
using Vidimus.Model.Files;

namespace Vidimus.Files.Formats.FileSystems.Xfs;

/// <summary>Entries of a folder as XFS lays them out: in the inode, or in blocks.</summary>
internal sealed class XfsFolder(XfsSuperblock super)
{
    /// <summary>A block with data and the hash index in one: its magic numbers.</summary>
    private const uint Block4 = 0x58443242;
    private const uint Block5 = 0x58444233;

    /// <summary>A block with data alone.</summary>
    private const uint Data4 = 0x58443244;
    private const uint Data5 = 0x58444433;

    private const ushort Free = 0xFFFF;
    private const int TailLength = 8;

    public int HeaderLength => super.HasChecksums ? 64 : 16;

    /// <summary>Passes on the entries of a folder that fits into its inode.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public void ReadShort(ReadOnlySpan<byte> fork, FolderEntry receive)
    {
        if (fork.Length < 6) throw new InvalidDataException("the folder is damaged");
        int count = fork[0];
        var wide = fork[1] != 0;
        var at = wide ? 10 : 6;
        for (var i = 0; i < count; i++)
        {
            var length = at < fork.Length ? fork[at] : 0;
            var end = at + 3 + length + (super.HasFileTypes ? 1 : 0) + (wide ? 8 : 4);
            if (length == 0 || end > fork.Length) throw new InvalidDataException("the folder is damaged");

            var name = fork.Slice(at + 3, length);
            var kind = super.HasFileTypes ? Kind(fork[at + 3 + length]) : FileKind.Unknown;
            var inode = wide ? BinaryPrimitives.ReadUInt64BigEndian(fork[(end - 8)..]) : BinaryPrimitives.ReadUInt32BigEndian(fork[(end - 4)..]);
            if (!receive(name, inode, kind)) return;
            at = end;
        }
    }

    /// <summary>Passes on a block's entries; false when no more are wanted.</summary>
    public bool ReadBlock(ReadOnlySpan<byte> block, FolderEntry receive, Action<string> damaged)
    {
        var magic = BinaryPrimitives.ReadUInt32BigEndian(block);
        if (magic is not (Block4 or Block5 or Data4 or Data5))
        {
            damaged("a block of the folder is damaged; entries in it may be missing");
            return true;
        }

        if (super.HasChecksums && ~Crc32C.AppendWithout(Crc32C.Start, block, 4) != BinaryPrimitives.ReadUInt32LittleEndian(block[4..])) damaged("a block of the folder has a wrong checksum");
        var end = block.Length;
        if (magic is Block4 or Block5)
        {
            var index = TailLength + (BinaryPrimitives.ReadUInt32BigEndian(block[(end - TailLength)..]) * 8L);
            end = (int)Math.Clamp(end - index, HeaderLength, end);
        }

        for (var at = HeaderLength; at + 16 <= end;)
        {
            var entry = block[at..end];
            int length = BinaryPrimitives.ReadUInt16BigEndian(entry) == Free ? BinaryPrimitives.ReadUInt16BigEndian(entry[2..]) : EntryLength(entry[8]);
            if (length < 8 || length % 8 != 0 || length > entry.Length)
            {
                damaged("a block of the folder is damaged; entries in it may be missing");
                return true;
            }

            at += length;
            if (BinaryPrimitives.ReadUInt16BigEndian(entry) == Free || entry[8] == 0) continue;
            var (name, inode, kind) = Entry(entry);
            if (name is [(byte)'.'] or [(byte)'.', (byte)'.']) continue;
            if (!receive(name, inode, kind)) return false;
        }

        return true;
    }

    /// <summary>The inode of the entry at a place of a block, if it has this name.</summary>
    public ulong? Match(ReadOnlySpan<byte> block, int at, ReadOnlySpan<byte> name)
    {
        if (at < HeaderLength || at + 16 > block.Length || at + EntryLength(block[at + 8]) > block.Length || BinaryPrimitives.ReadUInt16BigEndian(block[at..]) == Free) return null;
        var (found, inode, _) = Entry(block[at..]);
        return found.SequenceEqual(name) ? inode : null;
    }

    /// <summary>An inode's number of 8 bytes, the name's length and the name, the kind, two bytes of its own place; in all a multiple of 8.</summary>
    private int EntryLength(byte nameLength) => (8 + 1 + nameLength + (super.HasFileTypes ? 1 : 0) + 2 + 7) & ~7;

    private EntryParts Entry(ReadOnlySpan<byte> entry) =>
        new(entry.Slice(9, entry[8]), BinaryPrimitives.ReadUInt64BigEndian(entry), super.HasFileTypes ? Kind(entry[9 + entry[8]]) : FileKind.Unknown);

    private static FileKind Kind(byte type) => type switch
    {
        1 => FileKind.File,
        2 => FileKind.Folder,
        7 => FileKind.SymbolicLink,
        0 => FileKind.Unknown,
        _ => FileKind.Other,
    };

    private readonly ref struct EntryParts(ReadOnlySpan<byte> name, ulong inode, FileKind kind)
    {
        private readonly ReadOnlySpan<byte> name = name;

        public void Deconstruct(out ReadOnlySpan<byte> name, out ulong number, out FileKind type)
        {
            name = this.name;
            number = inode;
            type = kind;
        }
    }
}
