using System.Buffers.Binary;
using Vidimus.Files.FileTree.Disk;
using Vidimus.Model.Inventory;

namespace Vidimus.Files.Formats.FileSystems.Ext;

/// <summary>Plays the journal of ext3 and ext4 back in memory, as a kernel does before it mounts: finds the transactions that were written whole, and lays their blocks over the volume.</summary>
/// <remarks>Format: the Linux kernel's documentation, filesystems/ext4/journal (jbd2). Numbers are big-endian. Nothing is written anywhere.</remarks>
internal sealed class ExtJournal
{
    private const uint Magic = 0xC03B3998;
    private const int HeaderLength = 12;
    private const int SuperblockLength = 1024;
    private const uint MostBlocks = 4 << 20; // 16 GiB at 4 KiB; mke2fs makes at most 1 GiB

    private const uint Descriptor = 1;
    private const uint Commit = 2;
    private const uint Revoke = 5;

    private const uint RevokeFeature = 1;
    private const uint Bits64Feature = 2;
    private const uint AsyncFeature = 4;
    private const uint Checksum2Feature = 8;
    private const uint Checksum3Feature = 16;
    private const uint FastCommitFeature = 32;

    private readonly Volume volume;
    private readonly BlockMap map;
    private readonly int blockBits;
    private readonly Action<string, string> note;
    private readonly uint features;
    private readonly uint first;
    private readonly uint end;
    private readonly uint start;
    private readonly uint startSequence;
    private readonly uint seed;

    private ExtJournal(Volume volume, BlockMap map, long size, int blockBits, Action<string, string> note)
    {
        this.volume = volume;
        this.map = map;
        this.blockBits = blockBits;
        this.note = note;

        var super = Block(0).AsSpan(0, SuperblockLength);
        var type = U32(super, 4);
        if (U32(super, 0) != Magic || type is not (3 or 4)) throw new InvalidDataException("it has no superblock");
        features = type == 4 ? U32(super, 40) : 0;
        if ((features & ~(RevokeFeature | Bits64Feature | AsyncFeature | Checksum2Feature | Checksum3Feature | FastCommitFeature)) != 0) throw new InvalidDataException($"it needs features that are not read (0x{features:x})");
        if (U32(super, 12) != 1u << blockBits) throw new InvalidDataException("its blocks are not as long as the file system's");

        var length = U32(super, 16);
        var fast = (features & FastCommitFeature) == 0 ? 0 : U32(super, 84) is not 0 and var own ? own : 256; // 256 is jbd2's own default
        first = U32(super, 20);
        end = length - Math.Min(fast, length);
        startSequence = U32(super, 24);
        start = U32(super, 28);
        if (length > MostBlocks || first == 0 || first >= end || (start != 0 && (start < first || start >= end)) || (long)length << blockBits > size) throw new InvalidDataException("its superblock is damaged");
        if (HasChecksums) seed = Crc32C.Append(Crc32C.Start, super.Slice(48, 16));
    }

    private bool HasChecksums => (features & (Checksum2Feature | Checksum3Feature)) != 0;

    private int TagLength => (features & Checksum3Feature) != 0 ? 16 : 8 + ((features & Checksum2Feature) != 0 ? 2 : 0) + ((features & Bits64Feature) != 0 ? 4 : 0);

    /// <summary>The volume as it would be with the journal played back.</summary>
    /// <param name="map">Where the journal's own blocks lie.</param>
    /// <param name="size">The journal's length in bytes.</param>
    /// <exception cref="InvalidDataException">The journal cannot be read.</exception>
    public static Volume Replay(Volume volume, BlockMap map, long size, int blockBits, Action<string, string> note)
    {
        var journal = new ExtJournal(volume, map, size, blockBits, note);
        if (journal.start == 0) return volume;

        var revoked = new Dictionary<ulong, uint>();
        var stop = journal.Pass(journal.startSequence + journal.end, (_, _) => { }, (_, _) => { }); // no journal holds more transactions than blocks
        journal.Pass(stop, (_, _) => { }, (block, sequence) => revoked[block] = sequence);
        var blocks = new Dictionary<long, (long, bool)>();
        journal.Pass(stop, (tag, sequence) =>
        {
            if (!revoked.TryGetValue(tag.Target, out var by) || (int)(by - sequence) < 0) blocks[(long)Math.Min(tag.Target, long.MaxValue)] = (tag.Source, tag.Escaped);
        }, (_, _) => { });

        if ((journal.features & FastCommitFeature) != 0) note(Notes.Unsupported, "its journal may hold fast commits, which are not played back: what was written in the last seconds may be missing");
        note(Notes.Information, $"the file system was in use: {stop - journal.startSequence} transactions of its journal ({blocks.Count} blocks) were played back in memory");
        return new ReplayedVolume(volume, blocks, blockBits);
    }

    /// <summary>Goes through the transactions up to one that is not whole.</summary>
    /// <returns>The number of the transaction behind the last whole one.</returns>
    private uint Pass(uint stop, Action<Tag, uint> replay, Action<ulong, uint> revoke)
    {
        var sequence = startSequence;
        var block = start;
        var tags = new List<Tag>();
        var revokes = new List<ulong>();
        for (uint passed = 0; sequence != stop && passed < end; passed++)
        {
            var bytes = Block(block);
            if (U32(bytes, 0) != Magic || U32(bytes, 8) != sequence) break;
            block = After(block);
            switch (U32(bytes, 4))
            {
                case Descriptor when TailHolds(bytes):
                    foreach (var tag in Tags(bytes))
                    {
                        tags.Add(tag with { Source = Place(block) });
                        block = After(block);
                        passed++;
                    }

                    continue;
                case Revoke when TailHolds(bytes):
                    revokes.AddRange(Revokes(bytes));
                    continue;
                case Commit when CommitHolds(bytes):
                    if (tags.FindIndex(tag => !DataHolds(tag, sequence)) is >= 0 and var damaged)
                    {
                        note(Notes.Malformed, $"a block of its journal (for block {tags[damaged].Target}) has a wrong checksum; what was written after it may be missing");
                        return sequence;
                    }

                    foreach (var tag in tags) replay(tag, sequence);
                    foreach (var revoked in revokes) revoke(revoked, sequence);
                    tags.Clear();
                    revokes.Clear();
                    sequence++;
                    continue;
            }

            break;
        }

        return sequence;
    }

    private IEnumerable<Tag> Tags(byte[] bytes)
    {
        var length = TagLength;
        var most = bytes.Length - (HasChecksums ? 4 : 0);
        for (var at = HeaderLength; at + length <= most;)
        {
            var isWide = (features & Checksum3Feature) != 0;
            var flags = isWide ? U32(bytes, at + 4) : BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at + 6));
            ulong target = U32(bytes, at);
            if ((features & Bits64Feature) != 0) target |= (ulong)U32(bytes, at + 8) << 32;
            var checksum = isWide ? U32(bytes, at + 12) : BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at + 4));
            yield return new(target, 0, (flags & 1) != 0, checksum);
            if ((flags & 8) != 0) yield break;
            at += length + ((flags & 2) != 0 ? 0 : 16);
        }
    }

    private List<ulong> Revokes(byte[] bytes)
    {
        var width = (features & Bits64Feature) != 0 ? 8 : 4;
        var used = Math.Min(U32(bytes, HeaderLength), (uint)bytes.Length);
        var blocks = new List<ulong>();
        for (var at = HeaderLength + 4; at + width <= used; at += width) blocks.Add(width == 8 ? BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(at)) : U32(bytes, at));
        return blocks;
    }

    private bool TailHolds(byte[] bytes) => !HasChecksums || Crc32C.AppendWithout(seed, bytes, bytes.Length - 4) == U32(bytes, bytes.Length - 4);

    private bool CommitHolds(byte[] bytes) => !HasChecksums || Crc32C.AppendWithout(seed, bytes, 16) == U32(bytes, 16);

    private bool DataHolds(Tag tag, uint sequence)
    {
        if (!HasChecksums) return true;
        var crc = Crc32C.Append(Crc32C.Append(seed, BinaryPrimitives.ReverseEndianness(sequence)), volume.Read(tag.Source, 1 << blockBits));
        return (features & Checksum3Feature) != 0 ? crc == tag.Checksum : (ushort)crc == tag.Checksum;
    }

    private uint After(uint block) => block + 1 == end ? first : block + 1;

    private byte[] Block(uint block) => volume.Read(Place(block), 1 << blockBits);

    private long Place(uint block)
    {
        var run = map.Find(block);
        return run.Offset == Run.Hole ? throw new InvalidDataException("it has a hole") : run.Offset + ((block - run.First) << blockBits);
    }

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);

    /// <param name="Target">The block of the file system that it is for.</param>
    /// <param name="Source">Where it lies in the volume, in bytes.</param>
    /// <param name="Escaped">Whether its first four bytes were blanked because they looked like the journal's own.</param>
    private readonly record struct Tag(ulong Target, long Source, bool Escaped, uint Checksum);

    /// <summary>A volume with blocks of the journal laid over it.</summary>
    private sealed class ReplayedVolume(Volume volume, Dictionary<long, (long Source, bool Escaped)> blocks, int blockBits) : Volume
    {
        public override long Length => volume.Length;

        public override void Read(long offset, Span<byte> buffer)
        {
            Check(offset, buffer.Length);
            while (!buffer.IsEmpty)
            {
                var at = (int)(offset & ((1L << blockBits) - 1));
                var count = Math.Min(buffer.Length, (1 << blockBits) - at);
                if (blocks.TryGetValue(offset >> blockBits, out var block)) ReadJournal(block, at, buffer[..count]);
                else volume.Read(offset, buffer[..count]);
                buffer = buffer[count..];
                offset += count;
            }
        }

        private void ReadJournal((long Source, bool Escaped) block, int at, Span<byte> buffer)
        {
            volume.Read(block.Source + at, buffer);
            if (!block.Escaped) return;

            Span<byte> magic = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(magic, Magic);
            for (var i = at; i < 4 && i - at < buffer.Length; i++) buffer[i - at] = magic[i];
        }
    }
}
