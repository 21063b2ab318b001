using System.Buffers.Binary;
using Vidimus.Files.FileTree.Disk;
using Vidimus.Files.Formats.Archives;

namespace Vidimus.Files.Formats.Partitions.Lvm;

/// <summary>A physical volume of LVM2: its label, and the text that tells of the whole volume group.</summary>
/// <remarks>Format: lib/format_text/layout.h and lib/label/label.h of LVM2.</remarks>
/// <param name="Id">Without hyphens.</param>
/// <param name="Group">The group's name; empty for a volume in no group.</param>
/// <param name="Metadata">The group's section; null where this volume keeps no copy of it.</param>
internal sealed record LvmDisk(Volume Volume, string Id, string Group, LvmSection? Metadata)
{
    private const int Sector = 512;
    private const int LabelSectors = 4;
    private const int AreaHeader = 512;
    private const long LargestText = 16 << 20;
    private const uint ChecksumStart = 0xF597A6CF;
    private const uint IgnoredFlag = 1;

    /// <summary>Reads a physical volume; null when the volume is none.</summary>
    /// <exception cref="InvalidDataException">It is one that is damaged.</exception>
    public static LvmDisk? Read(Volume volume)
    {
        var label = new byte[Sector];
        for (var sector = 0; sector < LabelSectors; sector++)
        {
            if (!volume.TryRead(sector * Sector, label) || !label.AsSpan().StartsWith("LABELONE"u8) || !label.AsSpan(24, 8).SequenceEqual("LVM2 001"u8)) continue;
            if (Checksum(label.AsSpan(20)) != U32(label, 16)) throw new InvalidDataException("the label of the LVM volume has a wrong checksum");
            return Read(volume, label);
        }

        return null;
    }

    private static LvmDisk Read(Volume volume, byte[] label)
    {
        var header = (int)Math.Min(U32(label, 20), Sector);
        if (header + 40 > Sector) throw new InvalidDataException("the label of the LVM volume is damaged");
        var id = System.Text.Encoding.ASCII.GetString(label, header, 32);

        // Two lists of (offset, length), each ended by zeros: the data's areas, then the metadata's.
        var at = header + 40;
        while (at + 16 <= Sector && U64(label, at) != 0) at += 16;
        at += 16;
        string? damage = null;
        for (; at + 16 <= Sector && U64(label, at) != 0; at += 16)
        {
            try
            {
                if (ReadArea(volume, U64(label, at), U64(label, at + 8)) is not { } text) continue;
                return text.Sections.FirstOrDefault() is (var name, { } group) ? new(volume, id, name, group) : throw new InvalidDataException("LVM's metadata names no volume group");
            }
            catch (InvalidDataException e)
            {
                damage = e.Message; // the other copy may be whole
            }
        }

        return damage is null ? new(volume, id, "", null) : throw new InvalidDataException(damage);
    }

    /// <summary>The text of a metadata area, a ring behind its header; null where there is none.</summary>
    private static LvmSection? ReadArea(Volume volume, ulong offset, ulong length)
    {
        if (offset > (ulong)volume.Length || length > (ulong)volume.Length || length <= AreaHeader) throw new InvalidDataException("LVM's metadata lies outside of its volume");
        var header = volume.Read((long)offset, AreaHeader);
        if (!header.AsSpan(4).StartsWith(" LVM2 x[5A%r0N*>"u8) || Checksum(header.AsSpan(4)) != U32(header, 0)) throw new InvalidDataException("LVM's metadata has a damaged header");

        var (start, size, checksum, flags) = (U64(header, 40), U64(header, 48), U32(header, 56), U32(header, 60));
        if (start == 0 || size == 0 || (flags & IgnoredFlag) != 0) return null;
        if (size > Math.Min(LargestText, length - AreaHeader) || start < AreaHeader || start >= length) throw new InvalidDataException("LVM's metadata lies outside of its area");

        var text = new byte[size];
        var first = (int)Math.Min(size, length - start);
        volume.Read((long)(offset + start), text.AsSpan(0, first));
        if (first < text.Length) volume.Read((long)offset + AreaHeader, text.AsSpan(first));
        return Checksum(text) == checksum ? LvmSection.Parse(text) : throw new InvalidDataException("LVM's metadata has a wrong checksum");
    }

    /// <summary>The usual CRC-32 with another beginning and without the inversions.</summary>
    private static uint Checksum(ReadOnlySpan<byte> bytes) => ~Crc32.Append(~ChecksumStart, bytes);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static ulong U64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
}
