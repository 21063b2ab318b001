using System.Buffers.Binary;
using System.Text;
using Vidimus.Files.FileTree.Disk;
using Vidimus.Files.Formats.Archives;
using Vidimus.Model.Inventory;

namespace Vidimus.Files.Formats.Partitions;

/// <summary>The GUID partition table (UEFI specification, chapter 5): the header behind the master boot record, or where that is damaged its copy in the last sector.</summary>
internal static class GptTable
{
    private const int HeaderLength = 92;
    private const int MostEntries = 16 << 10;
    private const int LongestEntry = 4096;
    private const int LargestTable = 4 << 20;

    /// <summary>Reads it; null when there is none.</summary>
    public static IReadOnlyList<Partition>? Read(Volume disk, Action<string, string> note)
    {
        var boot = new byte[512];
        if (!disk.TryRead(0, boot)) return null;
        var isGuarded = MbrTable.Guards(boot);
        if (!isGuarded && boot[510] == 0x55 && boot[511] == 0xAA) return null;

        foreach (var sector in new[] { 512, 4096 })
        {
            if (TryRead(disk, sector, sector) is { } partitions) return partitions;
        }

        foreach (var sector in new[] { 512, 4096 })
        {
            if (TryRead(disk, disk.Length - sector, sector) is not { } partitions) continue;
            note(Notes.Information, "the partition table at the disk's beginning is damaged; its copy at the end was read");
            return partitions;
        }

        if (isGuarded) note(Notes.Malformed, "both copies of the partition table are damaged");
        return isGuarded ? [] : null;
    }

    private static List<Partition>? TryRead(Volume disk, long offset, int sector)
    {
        var header = new byte[HeaderLength];
        if (!disk.TryRead(offset, header) || !header.AsSpan().StartsWith("EFI PART"u8)) return null;

        var length = U32(header, 12);
        if (length is < HeaderLength or > 512 || offset > disk.Length - length) return null;
        var whole = disk.Read(offset, (int)length);
        whole.AsSpan(16, 4).Clear();
        if (Crc32.Append(0, whole) != U32(header, 16)) return null;

        var (first, count, width) = (U64(header, 72), U32(header, 80), U32(header, 84));
        if (count > MostEntries || width is < 128 or > LongestEntry || (long)count * width > LargestTable || first > (ulong)(disk.Length / sector)) return null;
        var table = new byte[count * width];
        if (!disk.TryRead((long)first * sector, table) || Crc32.Append(0, table) != U32(header, 88)) return null;

        var partitions = new List<Partition>();
        for (var i = 0; i < (int)count; i++)
        {
            var entry = table.AsSpan(i * (int)width, 128);
            var type = new Guid(entry[..16]);
            var (start, end) = (BinaryPrimitives.ReadUInt64LittleEndian(entry[32..]), BinaryPrimitives.ReadUInt64LittleEndian(entry[40..]));
            if (type == Guid.Empty || start > end || start >= (ulong)(disk.Length / sector)) continue;

            end = Math.Min(end, (ulong)(disk.Length / sector));
            var name = Encoding.Unicode.GetString(entry.Slice(56, 72));
            if (name.IndexOf('\0', StringComparison.Ordinal) is >= 0 and var zero) name = name[..zero];
            partitions.Add(new(i + 1, new VolumeSlice(disk, (long)start * sector, (long)(end - start + 1) * sector), new Guid(entry.Slice(16, 16)).ToString(), name, type.ToString()));
        }

        return partitions;
    }

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static ulong U64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
}
