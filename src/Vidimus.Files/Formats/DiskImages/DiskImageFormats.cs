using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Vidimus.Model.Files;

namespace Vidimus.Files.Formats.DiskImages;

/// <summary>The formats of files that hold a disk, known by their signatures. What has none of these is the disk itself.</summary>
internal static class DiskImageFormats
{
    /// <summary>Read: the signature at the file's beginning and the reader. A new format is a line here and a file beside.</summary>
    private static readonly (byte[] Signature, Func<SafeFileHandle, IBlockSource> Open)[] Readers =
    [
        (Qcow2Image.Signature, file => new Qcow2Image(file)),
    ];

    /// <summary>Known and not read: signature, where it stands, what it is.</summary>
    private static readonly (byte[] Signature, int Offset, string Name)[] Others =
    [
        ([.. "KDMV"u8], 0, "a VMDK"),
        ([.. "# Disk DescriptorFile"u8], 0, "a VMDK's descriptor"),
        ([.. "COWD"u8], 0, "a VMDK"),
        ([.. "vhdxfile"u8], 0, "a VHDX"),
        ([.. "conectix"u8], 0, "a VHD"),
        ([0x7F, 0x10, 0xDA, 0xBE], 64, "a VDI"),
        ([.. "QED\0"u8], 0, "a QED image"),
        ([.. "WithoutFreeSpace"u8], 0, "a Parallels image"),
        ([.. "WithouFreSpacExt"u8], 0, "a Parallels image"),
        ([0x1F, 0x8B], 0, "compressed by gzip"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], 0, "compressed by xz"),
        ([.. "BZh"u8], 0, "compressed by bzip2"),
        ([0x28, 0xB5, 0x2F, 0xFD], 0, "compressed by zstd"),
    ];

    /// <summary>Opens a disk; takes the file over.</summary>
    /// <exception cref="InvalidDataException">Its format is damaged, or one that is known and not read.</exception>
    public static IBlockSource Open(SafeFileHandle file)
    {
        Span<byte> start = stackalloc byte[128];
        start = start[..RandomAccess.Read(file, start, 0)];
        foreach (var (signature, open) in Readers)
        {
            if (start.StartsWith(signature)) return open(file);
        }

        foreach (var (signature, offset, name) in Others)
        {
            if (start.Length >= offset + signature.Length && start[offset..].StartsWith(signature)) throw new InvalidDataException($"it is {name}, which is not read; qemu-img convert or the unpacking program makes a raw disk of it");
        }

        return new RawImage(file);
    }

    /// <summary>Whether a file's beginning is that of a disk in a format of its own.</summary>
    public static bool IsImage(ReadOnlySpan<byte> start)
    {
        foreach (var (signature, _) in Readers)
        {
            if (start.StartsWith(signature) && start.Length > 8 && BinaryPrimitives.ReadUInt32BigEndian(start[4..]) < 16) return true;
        }

        return false;
    }
}
