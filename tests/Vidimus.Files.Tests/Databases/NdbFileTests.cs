using System.Buffers.Binary;
using System.IO.Compression;
using Vidimus.Files.Formats.Databases;
using Vidimus.Testing;

namespace Vidimus.Files.Tests.Databases;

/// <summary>Files made byte by byte from the layout that rpm's rpmpkg.c gives; rpm itself judges in the tests of its database (with --long).</summary>
public class NdbFileTests
{
    [Fact]
    public void ReadsBlobsInTheOrderInWhichTheyLie()
    {
        var blobs = new Dictionary<uint, byte[]> { [3] = [1, 2, 3], [1] = new byte[5000], [9] = [.. Enumerable.Range(0, 70_000).Select(i => (byte)i)] };
        var read = new NdbFile(new MemoryStream(Write(blobs))).Blobs().Select(blob => (blob.Number, Bytes: blob.Blob.ToArray())).ToList();
        Assert.Equal(blobs.Keys, read.Select(blob => blob.Number));
        Assert.All(read, blob => Assert.Equal(blobs[blob.Number], blob.Bytes));
    }

    [Fact]
    public void SeesEveryTornBlob()
    {
        var whole = Write(new() { [1] = [1, 2, 3, 4, 5] });
        for (var at = 4096; at < whole.Length; at++)
        {
            var copy = (byte[])whole.Clone();
            copy[at] ^= 1;
            Assert.Throws<InvalidDataException>(() => new NdbFile(new MemoryStream(copy)).Blobs().Count());
        }
    }

    [Fact]
    public void SurvivesDamage()
    {
        var whole = Write(new() { [1] = [1, 2, 3], [2] = new byte[300] });
        var lengths = Enumerable.Range(0, whole.Length / 7).Select(i => whole[..(i * 7)]);
        foreach (var copy in lengths.Concat(Mutations.Of(whole, seed: 11, count: 3000)))
        {
            try
            {
                Assert.InRange(new NdbFile(new MemoryStream(copy)).Blobs().Count(), 0, 2);
            }
            catch (InvalidDataException)
            {
                // The one answer to damage.
            }
        }
    }

    private static byte[] Write(Dictionary<uint, byte[]> blobs)
    {
        var file = new MemoryStream();
        file.SetLength(4096);
        var slots = new List<(uint Number, uint Block, uint Blocks)>();
        file.Position = 4096;
        foreach (var (number, bytes) in blobs)
        {
            var blocks = (uint)((16 + bytes.Length + 12 + 15) / 16);
            slots.Add((number, (uint)(file.Position / 16), blocks));
            var blob = new byte[blocks * 16];
            "BlbS"u8.CopyTo(blob);
            BinaryPrimitives.WriteUInt32LittleEndian(blob.AsSpan(4), number);
            BinaryPrimitives.WriteUInt32LittleEndian(blob.AsSpan(8), 7);
            BinaryPrimitives.WriteInt32LittleEndian(blob.AsSpan(12), bytes.Length);
            bytes.CopyTo(blob, 16);
            BinaryPrimitives.WriteUInt32LittleEndian(blob.AsSpan(blob.Length - 12), Adler32(blob[..^12]));
            BinaryPrimitives.WriteInt32LittleEndian(blob.AsSpan(blob.Length - 8), bytes.Length);
            "BlbE"u8.CopyTo(blob.AsSpan(blob.Length - 4));
            file.Write(blob);
        }

        var head = new byte[4096];
        "RpmP"u8.CopyTo(head);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(8), 7);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(12), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(16), 10);
        for (var at = 32; at < head.Length; at += 16) "Slot"u8.CopyTo(head.AsSpan(at));
        for (var i = 0; i < slots.Count; i++)
        {
            // From the last slot on, so that their order is not that of the blobs.
            var slot = head.AsSpan(head.Length - (16 * (i + 1)));
            BinaryPrimitives.WriteUInt32LittleEndian(slot[4..], slots[i].Number);
            BinaryPrimitives.WriteUInt32LittleEndian(slot[8..], slots[i].Block);
            BinaryPrimitives.WriteUInt32LittleEndian(slot[12..], slots[i].Blocks);
        }

        file.Position = 0;
        file.Write(head);
        return file.ToArray();
    }

    /// <summary>zlib's: a stream ends with the sum of what it holds.</summary>
    private static uint Adler32(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.NoCompression, leaveOpen: true)) zlib.Write(bytes);
        return BinaryPrimitives.ReadUInt32BigEndian(packed.ToArray().AsSpan(^4..));
    }
}
