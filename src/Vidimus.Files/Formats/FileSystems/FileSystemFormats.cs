using Vidimus.Files.FileTree.Disk;
using Vidimus.Files.Formats.FileSystems.Ext;
using Vidimus.Files.Formats.FileSystems.Xfs;

namespace Vidimus.Files.Formats.FileSystems;

/// <summary>The file systems that are read, and what else a volume may hold, each told by its signature.</summary>
internal static class FileSystemFormats
{
    /// <summary>A new file system is a folder beside and a line here.</summary>
    private static readonly Func<Volume, FileSystem?>[] Readers =
    [
        ExtFileSystem.Open,
        XfsFileSystem.Open,
    ];

    private static readonly Foreign[] Encrypted =
    [
        new("LUKS, encrypted", 0, [.. "LUKS"u8, 0xBA, 0xBE], Holds.Unknown),
        new("BitLocker, encrypted", 3, [.. "-FVE-FS-"u8], Holds.Unknown),
    ];

    private static readonly Foreign[] Others =
    [
        new("NTFS", 3, [.. "NTFS    "u8], Holds.Unknown),
        new("exFAT", 3, [.. "EXFAT   "u8], Holds.Unknown),
        new("FAT", 82, [.. "FAT32   "u8], Holds.Loader),
        new("FAT", 54, [.. "FAT16   "u8], Holds.Loader),
        new("FAT", 54, [.. "FAT12   "u8], Holds.Loader),
        new("btrfs", 0x10040, [.. "_BHRfS_M"u8], Holds.Unknown),
        new("bcache or bcachefs", 0x1018, [0xC6, 0x85, 0x73, 0xF6, 0x4E, 0x1A, 0x45, 0xCA, 0x82, 0x65, 0xF5, 0x7F, 0x48, 0xBA, 0x6D, 0x81], Holds.Unknown),
        new("squashfs", 0, [.. "hsqs"u8], Holds.Unknown),
        new("EROFS", 1024, [0xE2, 0xE1, 0xF5, 0xE0], Holds.Unknown),
        new("F2FS", 1024, [0x10, 0x20, 0xF5, 0xF2], Holds.Unknown),
        new("JFS", 0x8000, [.. "JFS1"u8], Holds.Unknown),
        new("ReiserFS", 0x10034, [.. "ReIsEr"u8], Holds.Unknown),
        new("HFS+", 1024, [.. "H+"u8], Holds.Unknown),
        new("APFS", 32, [.. "NXSB"u8], Holds.Unknown),
        new("ISO 9660", 0x8001, [.. "CD001"u8], Holds.Unknown),
        new("ZFS", 128 << 10, [0x0C, 0xB1, 0xBA, 0x00, 0, 0, 0, 0], Holds.Unknown),
        new("a member of a Linux software RAID", 4096, [0xFC, 0x4E, 0x2B, 0xA9], Holds.Unknown),
        new("a member of a Linux software RAID", 0, [0xFC, 0x4E, 0x2B, 0xA9], Holds.Unknown),
        new("VDO", 0, [.. "dmvdo001"u8], Holds.Unknown),
        new("swap", 4086, [.. "SWAPSPACE2"u8], Holds.Nothing),
        new("swap", 65526, [.. "SWAPSPACE2"u8], Holds.Nothing),
    ];

    /// <summary>What could be in a volume that is not read.</summary>
    public enum Holds
    {
        /// <summary>No files.</summary>
        Nothing,

        /// <summary>By custom only what starts the machine.</summary>
        Loader,

        Unknown,
    }

    /// <summary>Opens the file system of a volume; null when it holds none of ours.</summary>
    /// <exception cref="InvalidDataException">It holds one that cannot be read.</exception>
    public static FileSystem? Open(Volume volume)
    {
        foreach (var open in Readers)
        {
            if (open(volume) is { } found) return found;
        }

        return null;
    }

    /// <summary>What encrypts a whole volume; asked first, as the file system of an earlier time may still be told from under it.</summary>
    public static string? Encryption(Volume volume) => Recognise(volume, Encrypted)?.Name;

    /// <summary>What a volume holds that is known and not read; null for anything else.</summary>
    public static (string Name, Holds Holds)? Recognise(Volume volume) => Recognise(volume, Others);

    private static (string Name, Holds Holds)? Recognise(Volume volume, Foreign[] list)
    {
        Span<byte> start = stackalloc byte[16];
        foreach (var other in list)
        {
            var found = start[..other.Signature.Length];
            if (volume.TryRead(other.Offset, found) && found.SequenceEqual(other.Signature)) return (other.Name, other.Holds);
        }

        return null;
    }

    private sealed record Foreign(string Name, int Offset, byte[] Signature, Holds Holds);
}
