using Vidimus.Files.FileTree.Disk;

namespace Vidimus.Files.Formats.Partitions;

/// <summary>A partition of a disk.</summary>
/// <param name="Number">As the kernel counts it.</param>
/// <param name="Uuid">What fstab(5) calls PARTUUID.</param>
/// <param name="Label">What fstab(5) calls PARTLABEL; empty where the table has no names.</param>
/// <param name="Type">A GPT's type as a GUID in lower case, an MBR's as two hex digits.</param>
internal sealed record Partition(int Number, Volume Volume, string Uuid, string Label, string Type);

/// <summary>The partition tables that are read.</summary>
internal static class PartitionTables
{
    /// <summary>Asked in this order, as a GPT stands behind an MBR that only guards it. A new kind is a file beside and a line here.</summary>
    private static readonly Func<Volume, Action<string, string>, IReadOnlyList<Partition>?>[] Readers =
    [
        GptTable.Read,
        MbrTable.Read,
    ];

    /// <summary>A disk's partitions; null when it has no table.</summary>
    /// <param name="note">Told of what is wrong: kind and sentence.</param>
    public static IReadOnlyList<Partition>? Read(Volume disk, Action<string, string> note)
    {
        foreach (var read in Readers)
        {
            if (read(disk, note) is { } found) return found;
        }

        return null;
    }
}
