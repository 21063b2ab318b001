using System.Buffers.Binary;
using Vidimus.Files.FileTree.Disk;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Files.Formats.FileSystems.Ext;

/// <summary>ext2, ext3 and ext4: 64 bits, checksums, inline content, extents and block numbers, folders with a hash index (which are read as what they also are, lists).</summary>
/// <remarks>Format: the Linux kernel's documentation, filesystems/ext4. A journal that was not played back, as in the snapshot of a running machine, is played back in memory.</remarks>
internal sealed class ExtFileSystem : FileSystem
{
    private const ulong RootInode = 2;
    private const int MostFoldersKept = 16;

    private readonly Volume volume;
    private readonly ExtSuperblock super;

    /// <summary>The names of the folders in which something was looked up last.</summary>
    private readonly Dictionary<ulong, Dictionary<string, ulong>> names = [];

    private ExtFileSystem(Volume volume, ExtSuperblock super)
    {
        this.volume = volume;
        this.super = super;
        if (!super.ChecksumHolds) Note(Notes.Malformed, "the superblock has a wrong checksum");
        if (super.Blocks << super.BlockBits > volume.Length) Note(Notes.Unreadable, $"the file system has {super.Blocks << super.BlockBits} bytes and its volume only {volume.Length}: what lies beyond can't be read");
    }

    public override string Kind => super.HasExtents ? "ext4" : super.HasJournal ? "ext3" : "ext2";

    public override string Uuid => super.Uuid;

    public override string Label => super.Label;

    public override ulong Root => RootInode;

    public int BlockLength => super.BlockLength;

    /// <summary>Opens the file system of a volume; null when it has none of these.</summary>
    /// <exception cref="InvalidDataException">It has one that cannot be read.</exception>
    public static FileSystem? Open(Volume volume)
    {
        if (ExtSuperblock.Read(volume) is not { } super) return null;

        var found = new ExtFileSystem(volume, super);
        if (!super.NeedsRecovery) return found;
        if (super.HasExternalJournal)
        {
            found.Note(Notes.Unsupported, "its journal lies on another volume and was not played back: what was written last may be missing");
            return found;
        }

        try
        {
            var journal = found.ReadInode(super.JournalInode);
            var replayed = ExtJournal.Replay(volume, found.Map(journal), journal.Size, super.BlockBits, found.Note);
            return ExtSuperblock.Read(replayed) is { } after ? new ExtFileSystem(replayed, after) { Before = found.OpeningNotes } : found;
        }
        catch (InvalidDataException e)
        {
            found.Note(Notes.Malformed, $"its journal could not be played back, so what was written last may be missing: {e.Message}");
            return found;
        }
    }

    /// <summary>The notes of the time before the journal was played back.</summary>
    private IReadOnlyList<(string Kind, string Message)> Before
    {
        init
        {
            foreach (var (kind, message) in value) Note(kind, message);
        }
    }

    public override Inode Read(ulong number) => ReadInode(number);

    public override void List(Inode folder, FolderEntry receive)
    {
        var inode = (ExtInode)folder;
        if (inode.IsEncrypted)
        {
            Note(Notes.Unsupported, "is encrypted; what is in it is not read");
            return;
        }

        if (inode.IsInline)
        {
            // The inode of the folder above stands in front; entries fill what follows, and another list lies with the attributes.
            if (new ExtFolder(super.HasFileTypes).Read(inode.Area[4..], receive, Damaged)) new ExtFolder(super.HasFileTypes).Read(inode.InlineRest(), receive, Damaged);
            return;
        }

        CountFolder(inode.Size);
        var reader = new ExtFolder(super.HasFileTypes);
        uint? seed = super.HasChecksums ? SeedOf(inode) : null;
        using var stream = new MappedStream(volume, Map(inode), super.BlockBits, inode.Size);
        var block = new byte[super.BlockLength];
        for (int length; (length = stream.ReadAtLeast(block, block.Length, throwOnEndOfStream: false)) > 0;)
        {
            if (seed is { } start && length == block.Length && !ExtFolder.ChecksumHolds(block, start)) Damaged("a block of the folder has a wrong checksum");
            if (!reader.Read(block.AsSpan(0, length), receive, Damaged)) return;
        }
    }

    public override ulong? Find(Inode folder, ReadOnlySpan<byte> name)
    {
        if (!names.TryGetValue(folder.Number, out var inodes))
        {
            if (names.Count == MostFoldersKept) names.Clear();
            inodes = new(StringComparer.Ordinal);
            List(folder, (entry, inode, _) => inodes.TryAdd(PathText.Decode(entry), inode) || true);
            names[folder.Number] = inodes;
        }

        return inodes.TryGetValue(PathText.Decode(name), out var found) ? found : null;
    }

    public override Stream Open(Inode file)
    {
        var inode = (ExtInode)file;
        if (inode.IsEncrypted) throw new InvalidDataException("is encrypted");
        if (!inode.IsInline) return new MappedStream(volume, Map(inode), super.BlockBits, inode.Size);

        return new InlineStream([.. inode.Area, .. inode.InlineRest()], inode.Size);
    }

    public override byte[] LinkTarget(Inode link)
    {
        var inode = (ExtInode)link;
        if (inode.IsEncrypted) throw new InvalidDataException("is encrypted");
        if (inode.IsFastLink) return inode.Area[..(int)inode.Size].ToArray();
        using var stream = Open(inode);
        return ReadTarget(stream, inode.Size);
    }

    private ExtInode ReadInode(ulong number)
    {
        if (number == 0 || number > super.Inodes) throw new InvalidDataException($"there is no inode {number}");

        var index = (uint)(number - 1);
        Span<byte> descriptor = stackalloc byte[64];
        descriptor = descriptor[..Math.Min(64, super.DescriptorLength)];
        volume.Read(super.DescriptorOffset(index / super.InodesPerGroup), descriptor);
        var table = BinaryPrimitives.ReadUInt32LittleEndian(descriptor[8..]) | (super.Has64Bits && descriptor.Length == 64 ? (long)BinaryPrimitives.ReadUInt32LittleEndian(descriptor[40..]) << 32 : 0);
        if (table <= 0 || table >= super.Blocks) throw new InvalidDataException($"the inodes of group {index / super.InodesPerGroup} lie outside of the file system");

        var inode = new ExtInode(number, volume.Read((table << super.BlockBits) + ((long)(index % super.InodesPerGroup) * super.InodeSize), super.InodeSize));
        if (super.HasChecksums && !inode.ChecksumHolds(SeedOf(inode))) Damaged($"its inode {number} has a wrong checksum");
        return inode;
    }

    private BlockMap Map(ExtInode inode) => inode.HasExtents
        ? new ExtentMap(volume, inode.Area.ToArray(), super.BlockBits, super.HasChecksums ? SeedOf(inode) : null, Damaged)
        : new IndirectMap(volume, inode.Area.ToArray(), super.BlockBits);

    private uint SeedOf(ExtInode inode) => Crc32C.Append(Crc32C.Append(super.Seed, (uint)inode.Number), inode.Generation);

    private void Damaged(string message) => Note(Notes.Malformed, message);
}
