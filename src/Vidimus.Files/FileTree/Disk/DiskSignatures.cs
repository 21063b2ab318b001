using System.Buffers.Binary;
using Vidimus.Files.Formats.DiskImages;

namespace Vidimus.Files.FileTree.Disk;

/// <summary>Tells a disk by the beginning of its file.</summary>
internal static class DiskSignatures
{
    /// <param name="start">64 KiB, or the whole of a shorter file.</param>
    public static bool IsDisk(ReadOnlySpan<byte> start)
    {
        if (DiskImageFormats.IsImage(start)) return true;
        if (start.Length < 4096 || start[257..].StartsWith("ustar"u8)) return false;

        var isExt = BinaryPrimitives.ReadUInt16LittleEndian(start[(1024 + 56)..]) == 0xEF53 && BinaryPrimitives.ReadUInt32LittleEndian(start[(1024 + 24)..]) <= 6;
        return isExt || start.StartsWith("XFSB"u8) || start.StartsWith("LUKS"u8) || start[512..].StartsWith("LABELONE"u8) || start[512..].StartsWith("EFI PART"u8) || IsBootRecord(start);
    }

    /// <summary>A master boot record: the signature, and entries of which one at least is used and none is impossible.</summary>
    private static bool IsBootRecord(ReadOnlySpan<byte> start)
    {
        if (start[510] != 0x55 || start[511] != 0xAA) return false;
        var used = false;
        for (var entry = start[446..510]; entry.Length > 0; entry = entry[16..])
        {
            if ((entry[0] & 0x7F) != 0) return false;
            used |= entry[4] != 0 && BinaryPrimitives.ReadUInt32LittleEndian(entry[12..]) != 0;
        }

        return used;
    }
}
