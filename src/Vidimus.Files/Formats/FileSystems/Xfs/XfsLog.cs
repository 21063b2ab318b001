using System.Buffers.Binary;
using Vidimus.Files.FileTree.Disk;

namespace Vidimus.Files.Formats.FileSystems.Xfs;

/// <summary>Tells whether the log of an XFS holds what was not yet written to its place. It is not played back.</summary>
/// <remarks>
/// Each sector begins with the number of the round in which it was written, so the end is where that number falls; a log that was closed ends in a record whose only operation is "unmount"
/// (xlog_find_head and xlog_find_tail of the kernel).
/// </remarks>
internal static class XfsLog
{
    private const int Sector = 512;
    private const uint RecordMagic = 0xFEEDBABE;
    private const byte UnmountFlag = 0x20;
    private const int LongestRecord = (256 << 10) + (8 << 10);

    /// <exception cref="InvalidDataException">It lies outside of the volume.</exception>
    public static bool IsClean(Volume volume, long start, long length)
    {
        var sectors = length / Sector;
        if (sectors == 0) return true;

        uint Round(long sector) => BinaryPrimitives.ReadUInt32BigEndian(volume.Read(start + (sector * Sector), 4)) is var word && word == RecordMagic
            ? BinaryPrimitives.ReadUInt32BigEndian(volume.Read(start + (sector * Sector) + 4, 4))
            : word;

        var (first, last) = (Round(0), Round(sectors - 1));
        if (first == 0) return true; // never written

        // The first sector that is not of the first one's round: binary, as there is one such step.
        var head = sectors;
        if (first != last)
        {
            var (low, high) = (0L, sectors - 1);
            while (high - low > 1)
            {
                var middle = (low + high) / 2;
                if (Round(middle) == first) low = middle;
                else high = middle;
            }

            head = high;
        }

        for (var back = 1; back <= Math.Min(sectors, LongestRecord / Sector); back++)
        {
            var sector = head - back;
            if (sector < 0) sector += sectors;
            var header = volume.Read(start + (sector * Sector), Sector);
            if (BinaryPrimitives.ReadUInt32BigEndian(header) == RecordMagic) return IsUnmount(volume, start, sector, sectors, header);
        }

        return false;
    }

    private static bool IsUnmount(Volume volume, long start, long sector, long sectors, byte[] header)
    {
        if (BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(40)) != 1) return false;

        // A record's header takes one sector, in version 2 of the log one for each 32 KiB of the buffer it was made for.
        var isVersion2 = (BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(8)) & 2) != 0;
        var size = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(320));
        var headers = isVersion2 ? Math.Clamp((size + 32767) / 32768, 1, 8) : 1;
        var operation = volume.Read(start + ((sector + headers) % sectors * Sector), 12);
        return (operation[9] & UnmountFlag) != 0;
    }
}
