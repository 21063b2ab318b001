using System.Globalization;
using Vidimus.Files.Formats.FileSystems;
using Vidimus.Files.Formats.Partitions;

namespace Vidimus.Files.FileTree.Disk;

/// <summary>A volume of a disk with a file system that is read.</summary>
/// <param name="Name">For a person: <c>partition 2</c>, <c>the logical volume vg/root</c>, <c>the disk</c>.</param>
/// <param name="Partition">Null for a logical volume or a disk without partitions.</param>
/// <param name="Logical">Group and name of a logical volume.</param>
internal sealed record DiskVolume(string Name, FileSystem FileSystem, Partition? Partition, (string Group, string Name)? Logical)
{
    private const string ById = "/dev/disk/by-";

    /// <summary>The first disk of a machine, by the drivers' names.</summary>
    private static readonly string[] FirstDisks = ["/dev/sda", "/dev/vda", "/dev/xvda", "/dev/hda", "/dev/nvme0n1p", "/dev/mmcblk0p"];

    /// <summary>A folder's name for a volume that is mounted nowhere.</summary>
    public string FolderName => Logical is { } logical ? $"@{logical.Group}-{logical.Name}" : Partition is { } partition ? $"@partition{partition.Number}" : "@disk";

    /// <summary>Whether fstab(5) means this volume by a device's name.</summary>
    /// <param name="rootDevice">How the same table names the root, which tells what it calls this disk.</param>
    public bool IsNamed(string device, string? rootDevice)
    {
        foreach (var (tag, value, ignoreCase) in new[] { ("uuid", FileSystem.Uuid, true), ("label", FileSystem.Label, false), ("partuuid", Partition?.Uuid, true), ("partlabel", Partition?.Label, false) })
        {
            var named = device.StartsWith(tag + "=", StringComparison.OrdinalIgnoreCase) ? device[(tag.Length + 1)..].Trim('"')
                : device.StartsWith($"{ById}{tag}/", StringComparison.Ordinal) ? device[(ById.Length + tag.Length + 1)..] : null;
            if (named is not null) return !string.IsNullOrEmpty(value) && named.Equals(value, ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);
        }

        if (Logical is var (group, name)) return device == $"/dev/{group}/{name}" || device == $"/dev/mapper/{Doubled(group)}-{Doubled(name)}";
        if (Partition is null || DiskOf(device) is not { } disk) return false;
        return device == disk + Partition.Number.ToString(CultureInfo.InvariantCulture) && (rootDevice is not null && DiskOf(rootDevice) is { } ofRoot ? disk == ofRoot : FirstDisks.Contains(disk));
    }

    /// <summary>The device mapper writes a hyphen within a name twice.</summary>
    private static string Doubled(string name) => name.Replace("-", "--", StringComparison.Ordinal);

    /// <summary>A partition's device without its number; null for other devices.</summary>
    private static string? DiskOf(string device) => device.StartsWith("/dev/", StringComparison.Ordinal) && device.TrimEnd("0123456789".ToCharArray()) is var disk && disk.Length < device.Length ? disk : null;
}
