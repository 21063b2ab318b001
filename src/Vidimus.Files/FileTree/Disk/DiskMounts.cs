using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Files.FileTree.Disk;

/// <summary>Puts the volumes of a disk together as the system on it would: the root by what it holds, the others by its fstab.</summary>
internal static class DiskMounts
{
    /// <summary>Where the Discoverable Partitions Specification mounts partitions of these types when no fstab says otherwise.</summary>
    private static readonly Dictionary<string, string> ByType = new(StringComparer.Ordinal)
    {
        ["4d21b016-b534-45c2-a9fb-5c16e091fd2d"] = "var",
        ["933ac7e1-2eb4-4f13-b844-0e14e2aef915"] = "home",
        ["3b8f8425-20e0-4f3b-907f-1a25a76f98e8"] = "srv",
        ["bc13c2ff-59e6-4262-a352-b275fd6f7172"] = "boot",
        ["8484680c-9521-48c6-9c11-b0720656f69e"] = "usr",
        ["b0e01050-ee5f-4390-949a-9101b17104e9"] = "usr",
    };

    /// <summary>Mounts all volumes somewhere: those that no table names in folders whose names begin with <c>@</c>.</summary>
    public static MountTable Of(DiskLayout layout, List<Note> notes)
    {
        var systems = layout.Volumes.Where(IsSystem).ToList();
        var root = systems.Find(NamesItselfRoot) ?? systems.FirstOrDefault() ?? (layout.Volumes.Count == 1 ? layout.Volumes[0] : null);
        var table = new MountTable(root?.FileSystem);
        var left = layout.Volumes.Where(v => v != root).ToList();

        if (root is not null)
        {
            var entries = EntriesOf(root);
            var rootDevice = entries.FirstOrDefault(e => e.Path.Length == 0)?.Device;
            foreach (var entry in entries.Where(e => e.Path.Length > 0))
            {
                if (left.Find(v => v.IsNamed(entry.Device, rootDevice)) is { } volume)
                {
                    table.Mount(entry.Path, volume.FileSystem);
                    left.Remove(volume);
                }
                else if (!root.IsNamed(entry.Device, rootDevice) && !IsLoader(entry.Path))
                {
                    notes.Add(new(entry.IsOptional ? Notes.Information : Notes.Unreadable, entry.Path, $"its fstab mounts {PathText.Display(entry.Device)} here, which is not on this disk or not read"));
                }
            }
        }

        foreach (var volume in left)
        {
            if (root is not null && volume.Partition is { } partition && ByType.GetValueOrDefault(partition.Type) is { } place && table.At(place) is null)
            {
                table.Mount(place, volume.FileSystem);
                continue;
            }

            table.Mount(volume.FolderName, volume.FileSystem);
            if (systems.Contains(volume)) notes.Add(new(Notes.Unsupported, volume.FolderName, $"{volume.Name} holds a second system; its packages are not listed, only what lies in its files"));
            else notes.Add(new(Notes.Information, volume.FolderName, $"{volume.Name} is mounted by no fstab; its files are listed here"));
        }

        return table;
    }

    private static bool IsSystem(DiskVolume volume) => Try(volume, table => table.Exists("etc/os-release") || table.Exists("usr/lib/os-release") || table.Exists("etc/fstab") || table.Exists("etc/passwd"));

    private static bool NamesItselfRoot(DiskVolume volume) => EntriesOf(volume).FirstOrDefault(e => e.Path.Length == 0) is { } entry && volume.IsNamed(entry.Device, entry.Device);

    private static IReadOnlyList<FstabEntry> EntriesOf(DiskVolume volume) => Try(volume, table => table.ReadText("etc/fstab") is { } text ? Fstab.Parse(text) : null) ?? [];

    /// <summary>What firmware reads at the start; FAT, which holds no packages.</summary>
    private static bool IsLoader(string path) => path is "boot/efi" or "efi" or "boot/firmware";

    private static T? Try<T>(DiskVolume volume, Func<MountTable, T> look)
    {
        try
        {
            return look(new(volume.FileSystem));
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            return default; // the walk meets the same damage and tells of it
        }
    }
}
