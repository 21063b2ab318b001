using System.Buffers.Binary;
using System.IO.Compression;
using Microsoft.Win32.SafeHandles;
using Vidimus.Files.Formats.Compression.Zstd;
using Vidimus.Files.Streams;
using Vidimus.Model.Files;

namespace Vidimus.Files.Formats.DiskImages;

/// <summary>QEMU's copy-on-write disk, versions 2 and 3: compressed clusters (deflate, zstd) and subclusters included.</summary>
/// <remarks>
/// Format: docs/interop/qcow2.txt of QEMU. A backing file and an external data file are never opened: their names stand in the image, and whoever wrote it would choose which of our files is read.
/// Encryption is refused too. The active state is read; internal snapshots are not.
/// </remarks>
internal sealed class Qcow2Image : IBlockSource
{
    private const int LargestL1 = 32 << 20; // QEMU's own bound
    private const int MostTables = 64;
    private const ulong OffsetMask = 0x00FF_FFFF_FFFF_FE00;
    private const ulong CompressedBit = 1UL << 62;
    private const int SubclustersOfOne = 32;

    private readonly SafeFileHandle file;
    private readonly long fileLength;
    private readonly int clusterBits;
    private readonly int clusterLength;
    private readonly bool extended;
    private readonly bool zstd;
    private readonly ulong[] l1;
    private readonly Dictionary<ulong, ulong[]> tables = [];
    private readonly byte[] unpacked;
    private ulong unpackedEntry;

    /// <exception cref="InvalidDataException">Its header is damaged, or it needs what is not read.</exception>
    public Qcow2Image(SafeFileHandle file)
    {
        this.file = file;
        fileLength = RandomAccess.GetLength(file);
        var header = new byte[112];
        if (RandomAccess.Read(file, header, 0) < 72) throw new InvalidDataException("the qcow2 header is torn");

        var version = Big32(header, 4);
        if (version is not (2 or 3)) throw new InvalidDataException($"it is a qcow image of version {version}, and versions 2 and 3 are read");
        if (Big64(header, 8) != 0) throw new InvalidDataException($"it is a qcow2 that rests on another file ({BackingName(header)}), which is not opened because the image itself names it; 'qemu-img convert' makes a whole disk of both");
        if (Big32(header, 32) != 0) throw new InvalidDataException("it is an encrypted qcow2");

        var incompatible = version == 3 ? Big64(header, 72) : 0;
        if ((incompatible & 4) != 0) throw new InvalidDataException("its data lies in another file, which is not opened because the image itself names it; 'qemu-img convert' makes a whole disk of both");
        if ((incompatible & ~0b11011UL) != 0) throw new InvalidDataException($"the qcow2 needs features that are not known (0x{incompatible:x})");
        extended = (incompatible & 16) != 0;
        zstd = (incompatible & 8) != 0 && header[104] == 1;
        if ((incompatible & 8) != 0 && header[104] > 1) throw new InvalidDataException($"the qcow2 is compressed in a way that is not known ({header[104]})");

        clusterBits = (int)Math.Min(Big32(header, 20), 99);
        if (clusterBits is < 9 or > 21) throw new InvalidDataException($"the qcow2 header is damaged: clusters of 2^{clusterBits} bytes");
        clusterLength = 1 << clusterBits;
        if (extended && clusterBits < 14) throw new InvalidDataException("the qcow2 header is damaged: its clusters are too small for subclusters");
        unpacked = new byte[clusterLength];
        var size = Big64(header, 24);
        if (size > long.MaxValue / 2) throw new InvalidDataException("the qcow2 header is damaged: the disk's size is impossible");
        Length = (long)size;
        l1 = ReadTable(Big64(header, 40), L1Length(Big32(header, 36)), "L1");
    }

    /// <summary>The first bytes.</summary>
    public static byte[] Signature { get; } = [(byte)'Q', (byte)'F', (byte)'I', 0xFB];

    public long Length { get; }

    public void Fetch(long index, Span<byte> block)
    {
        var offset = index * IBlockSource.BlockLength;
        while (!block.IsEmpty)
        {
            var at = (int)(offset & (clusterLength - 1));
            var count = Math.Min(block.Length, clusterLength - at);
            ReadCluster(offset >> clusterBits, at, block[..count]);
            block = block[count..];
            offset += count;
        }
    }

    public void Dispose() => file.Dispose();

    private static uint Big32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);

    private static ulong Big64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64BigEndian(bytes[at..]);

    private int L1Length(uint count)
    {
        var entries = 1L << (clusterBits - (extended ? 4 : 3));
        var needed = (Length + clusterLength - 1) / clusterLength;
        needed = (needed + entries - 1) / entries;
        if (count < needed || count * 8L > LargestL1) throw new InvalidDataException($"the qcow2 header is damaged: an L1 table of {count} entries for a disk of {Length} bytes");
        return (int)count;
    }

    private string BackingName(byte[] header)
    {
        Span<byte> name = stackalloc byte[(int)Math.Min(Big32(header, 16), 200)];
        var offset = Big64(header, 8);
        if (offset > (ulong)fileLength) return "its name lies outside of the file";
        return PathText.Display(PathText.Decode(name[..RandomAccess.Read(file, name, (long)offset)]));
    }

    private ulong[] ReadTable(ulong offset, int count, string name)
    {
        if (offset > (ulong)fileLength || (ulong)count * 8 > (ulong)fileLength - offset) throw new InvalidDataException($"the qcow2's {name} table lies outside of the file");
        var bytes = new byte[count * 8];
        ReadFile((long)offset, bytes);
        var table = new ulong[count];
        for (var i = 0; i < count; i++) table[i] = BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(i * 8));
        return table;
    }

    private void ReadFile(long offset, Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var read = RandomAccess.Read(file, buffer, offset);
            if (read == 0) throw new InvalidDataException($"the qcow2 is torn: it ends at byte {offset}, where the disk goes on");
            buffer = buffer[read..];
            offset += read;
        }
    }

    /// <summary>Reads inside one cluster of the disk.</summary>
    private void ReadCluster(long cluster, int at, Span<byte> buffer)
    {
        var width = extended ? 2 : 1;
        var perTable = clusterLength / 8 / width;
        var pointer = l1[cluster / perTable] & OffsetMask;
        if (pointer == 0)
        {
            buffer.Clear();
            return;
        }

        var table = Table(pointer);
        var slot = (int)(cluster % perTable) * width;
        var entry = table[slot];
        if ((entry & CompressedBit) != 0) Unpack(entry).AsSpan(at, buffer.Length).CopyTo(buffer);
        else if (extended) ReadSubclusters(entry & OffsetMask, table[slot + 1], at, buffer);
        else if ((entry & OffsetMask) == 0 || (entry & 1) != 0) buffer.Clear();
        else ReadFile((long)(entry & OffsetMask) + at, buffer);
    }

    /// <summary>A cluster in 32 parts, of each of which two bits say whether it is stored (low half) or zeros (high half).</summary>
    private void ReadSubclusters(ulong offset, ulong bits, int at, Span<byte> buffer)
    {
        var part = clusterLength / SubclustersOfOne;
        while (!buffer.IsEmpty)
        {
            var index = at / part;
            var count = Math.Min(buffer.Length, ((index + 1) * part) - at);
            if (offset == 0 || (bits & (1UL << (index + 32))) != 0 || (bits & (1UL << index)) == 0) buffer[..count].Clear();
            else ReadFile((long)offset + at, buffer[..count]);
            buffer = buffer[count..];
            at += count;
        }
    }

    private ulong[] Table(ulong offset)
    {
        if (tables.TryGetValue(offset, out var table)) return table;
        if (tables.Count == MostTables) tables.Clear();
        return tables[offset] = ReadTable(offset, clusterLength / 8, "L2");
    }

    /// <summary>A compressed cluster: its offset in the low bits, above it how many further sectors of 512 bytes it reaches into.</summary>
    private byte[] Unpack(ulong entry)
    {
        if (unpackedEntry == entry) return unpacked;

        var bits = 62 - (clusterBits - 8);
        var offset = entry & ((1UL << bits) - 1);
        var sectors = ((entry & (CompressedBit - 1)) >> bits) + 1;
        var length = Math.Min((long)(sectors * 512 - (offset & 511)), fileLength - (long)Math.Min(offset, (ulong)fileLength));
        unpackedEntry = 0;
        using var packed = new FileSlice(file, (long)offset, length);
        using Stream stream = zstd ? ZstdStream.Open(packed) : new DeflateStream(packed, CompressionMode.Decompress, leaveOpen: true);
        if (stream.ReadAtLeast(unpacked, clusterLength, throwOnEndOfStream: false) < clusterLength) throw new InvalidDataException($"a compressed cluster of the qcow2 at byte {offset} is torn");
        unpackedEntry = entry;
        return unpacked;
    }
}
