using System.Globalization;
using Vidimus.Files.Formats.FileSystems;
using Vidimus.Files.Formats.Partitions;
using Vidimus.Files.Formats.Partitions.Lvm;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Files.FileTree.Disk;

/// <summary>Finds what a disk holds: partitions, logical volumes, a file system on the whole of it.</summary>
internal sealed class DiskLayout
{
    /// <summary>Partition types that hold no files: the BIOS's boot loader, PReP's, Microsoft's reserved space.</summary>
    private static readonly string[] WithoutFiles = ["21686148-6449-6e6f-744e-656564454649", "9e1a2d38-c612-4316-aa26-8b49521e5a8b", "e3c9e316-0b5c-4db8-817d-f92df00215ae"];

    private readonly List<DiskVolume> volumes = [];
    private readonly List<LvmDisk> physical = [];
    private readonly List<Note> notes = [];
    private readonly List<string> found = [];

    /// <summary>The volumes whose file systems are read, in the disk's order.</summary>
    public IReadOnlyList<DiskVolume> Volumes => volumes;

    public IReadOnlyList<Note> Notes => notes;

    /// <summary>What else is there, for the sentence that says why a disk cannot be read.</summary>
    public IReadOnlyList<string> Others => found;

    /// <summary>Looks at the beginning of a disk and of all its volumes.</summary>
    public static DiskLayout Read(Volume disk)
    {
        var layout = new DiskLayout();
        var partitions = PartitionTables.Read(disk, layout.Add);
        if (partitions is not null)
        {
            foreach (var partition in partitions) layout.Examine(string.Create(CultureInfo.InvariantCulture, $"partition {partition.Number}"), partition.Volume, partition, null);
        }

        // What looks like a table may be the boot sector or an older time's rest of a disk that is one file system.
        if (layout.volumes.Count == 0 && layout.physical.Count == 0 && (partitions is null || layout.found.Count == 0)) layout.Examine("the disk", disk, null, null);

        foreach (var (group, name, volume) in LvmGroup.Volumes(layout.physical, layout.Add)) layout.Examine($"the logical volume {PathText.Display($"{group}/{name}")}", volume, null, (group, name));
        return layout;
    }

    private void Examine(string name, Volume volume, Partition? partition, (string, string)? logical)
    {
        try
        {
            if (FileSystemFormats.Encryption(volume) is { } encryption) Leave(name, encryption, Model.Inventory.Notes.Unsupported);
            else if (logical is null && LvmDisk.Read(volume) is { } member) physical.Add(member);
            else if (FileSystemFormats.Open(volume) is { } system) Add(new(name, system, partition, logical));
            else if (FileSystemFormats.Recognise(volume) is var (kind, holds)) Leave(name, kind, holds is FileSystemFormats.Holds.Unknown ? Model.Inventory.Notes.Unsupported : Model.Inventory.Notes.Information);
            else if (partition is not null && !WithoutFiles.Contains(partition.Type) && !IsBlank(volume)) Leave(name, "something that is not known", Model.Inventory.Notes.Unsupported);
        }
        catch (InvalidDataException e)
        {
            found.Add($"{name} ({e.Message})");
            Add(Model.Inventory.Notes.Malformed, $"{name} cannot be read: {e.Message}");
        }
    }

    private void Add(DiskVolume volume)
    {
        volumes.Add(volume);
        foreach (var (kind, message) in volume.FileSystem.OpeningNotes) Add(kind, $"{volume.Name} ({volume.FileSystem.Kind}): {message}");
    }

    private void Leave(string name, string what, string kind)
    {
        found.Add($"{name} ({what})");
        Add(kind, $"{name} holds {what}, and is not read");
    }

    private void Add(string kind, string message)
    {
        if (notes.Count < 500) notes.Add(new(kind, "", message));
    }

    private static bool IsBlank(Volume volume)
    {
        Span<byte> start = stackalloc byte[4096];
        start = start[..(int)Math.Min(start.Length, volume.Length)];
        volume.Read(0, start);
        return !start.ContainsAnyExcept((byte)0);
    }
}
