using System.Buffers.Binary;
using Vidimus.Model.Files;

namespace Vidimus.Files.Formats.FileSystems.Ext;

/// <summary>Entries of a folder, block by block. The nodes of a hash index look like blocks without entries, as their format wants it.</summary>
/// <param name="hasTypes">Whether the byte behind the name's length is the kind, or the length's upper half.</param>
internal sealed class ExtFolder(bool hasTypes)
{
    private const int HeaderLength = 8;
    private const int TailLength = 12;
    private const byte TailType = 0xDE;

    /// <summary>Whether a block's checksum is right, where it has one: an entry without a name at its end.</summary>
    public static bool ChecksumHolds(ReadOnlySpan<byte> block, uint seed)
    {
        var tail = block[^TailLength..];
        var hasTail = BinaryPrimitives.ReadUInt32LittleEndian(tail) == 0 && tail[4] == TailLength && tail[5] == 0 && tail[6] == 0 && tail[7] == TailType;
        return !hasTail || Crc32C.Append(seed, block[..^TailLength]) == BinaryPrimitives.ReadUInt32LittleEndian(tail[8..]);
    }

    /// <summary>Passes on a block's entries; false when no more are wanted.</summary>
    public bool Read(ReadOnlySpan<byte> block, FolderEntry receive, Action<string> damaged)
    {
        for (var at = 0; at + HeaderLength <= block.Length;)
        {
            var entry = block[at..];
            int length = BinaryPrimitives.ReadUInt16LittleEndian(entry[4..]);
            if (block.Length >= 1 << 16) length = length is 0xFFFF or 0 ? 1 << 16 : (length & 0xFFFC) | ((length & 3) << 16);
            int nameLength = hasTypes ? entry[6] : BinaryPrimitives.ReadUInt16LittleEndian(entry[6..]);
            var inode = BinaryPrimitives.ReadUInt32LittleEndian(entry);
            if (length < HeaderLength || length > entry.Length || (inode != 0 && HeaderLength + nameLength > length))
            {
                damaged("a block of the folder is damaged; entries in it may be missing");
                return true;
            }

            at += length;
            if (inode == 0 || nameLength == 0) continue;
            var name = entry.Slice(HeaderLength, nameLength);
            if (name is [(byte)'.'] or [(byte)'.', (byte)'.']) continue;
            if (!receive(name, inode, hasTypes ? Kind(entry[7]) : FileKind.Unknown)) return false;
        }

        return true;
    }

    private static FileKind Kind(byte type) => type switch
    {
        1 => FileKind.File,
        2 => FileKind.Folder,
        7 => FileKind.SymbolicLink,
        0 => FileKind.Unknown,
        _ => FileKind.Other,
    };
}
