using System.Buffers.Binary;
using System.Globalization;
using Vidimus.Files.FileTree.Disk;
using Vidimus.Model.Inventory;

namespace Vidimus.Files.Formats.Partitions;

/// <summary>The partition table of the PC's master boot record, extended partitions with logical ones in them included.</summary>
internal static class MbrTable
{
    public const byte Protective = 0xEE;

    private const int Sector = 512;
    private const int TableOffset = 446;
    private const int MostLogical = 128;

    /// <summary>Reads it; null when there is none.</summary>
    public static IReadOnlyList<Partition>? Read(Volume disk, Action<string, string> note)
    {
        var boot = new byte[Sector];
        if (!disk.TryRead(0, boot) || !IsTable(boot)) return null;

        var partitions = new List<Partition>();
        var disk4 = BinaryPrimitives.ReadUInt32LittleEndian(boot.AsSpan(440)).ToString("x8", CultureInfo.InvariantCulture);
        for (var i = 0; i < 4; i++)
        {
            var entry = new Entry(boot, i);
            if (entry.Count == 0 || entry.Type == 0) continue;
            if (!entry.IsExtended) partitions.Add(Partition(disk, i + 1, entry.Start, entry, disk4));
        }

        for (var i = 0; i < 4; i++)
        {
            var entry = new Entry(boot, i);
            if (entry.IsExtended && entry.Count > 0) ReadLogical(disk, entry.Start, partitions, disk4, note);
        }

        return partitions.Count > 0 ? partitions : null;
    }

    /// <summary>Whether a disk's first sector says that a GPT follows.</summary>
    public static bool Guards(ReadOnlySpan<byte> boot)
    {
        for (var i = 0; i < 4; i++)
        {
            if (boot[TableOffset + (i * 16) + 4] == Protective) return true;
        }

        return false;
    }

    /// <summary>The signature alone also stands on boot sectors of FAT and NTFS: the entries must make sense too.</summary>
    private static bool IsTable(ReadOnlySpan<byte> boot)
    {
        if (boot[510] != 0x55 || boot[511] != 0xAA) return false;
        for (var i = 0; i < 4; i++)
        {
            if ((boot[TableOffset + (i * 16)] & 0x7F) != 0) return false;
        }

        return true;
    }

    /// <summary>A chain of sectors: each tells of one partition, relative to itself, and of the next sector, relative to the extended partition.</summary>
    private static void ReadLogical(Volume disk, uint extended, List<Partition> partitions, string disk4, Action<string, string> note)
    {
        var visited = new HashSet<long>();
        var boot = new byte[Sector];
        long at = extended;
        for (var number = 5; visited.Add(at); number++)
        {
            if (visited.Count > MostLogical || !disk.TryRead(at * Sector, boot) || !IsTable(boot))
            {
                note(Notes.Malformed, "the chain of logical partitions is damaged; further ones may be missing");
                return;
            }

            var entry = new Entry(boot, 0);
            if (entry.Count > 0 && entry.Type != 0 && !entry.IsExtended) partitions.Add(Partition(disk, number, at + entry.Start, entry, disk4));
            var next = new Entry(boot, 1);
            if (next.Count == 0 || !next.IsExtended) return;
            at = (long)extended + next.Start;
        }

        note(Notes.Malformed, "the chain of logical partitions goes in a circle");
    }

    private static Partition Partition(Volume disk, int number, long start, Entry entry, string disk4) =>
        new(number, new VolumeSlice(disk, start * Sector, (long)entry.Count * Sector), string.Create(CultureInfo.InvariantCulture, $"{disk4}-{number:x2}"), "", entry.Type.ToString("x2", CultureInfo.InvariantCulture));

    private readonly struct Entry(byte[] boot, int index)
    {
        public byte Type => boot[TableOffset + (index * 16) + 4];

        public uint Start => BinaryPrimitives.ReadUInt32LittleEndian(boot.AsSpan(TableOffset + (index * 16) + 8));

        public uint Count => BinaryPrimitives.ReadUInt32LittleEndian(boot.AsSpan(TableOffset + (index * 16) + 12));

        public bool IsExtended => Type is 0x05 or 0x0F or 0x85;
    }
}
