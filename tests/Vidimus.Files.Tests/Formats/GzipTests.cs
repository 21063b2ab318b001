using Vidimus.Files.Formats.Compression;
using Vidimus.Testing;

namespace Vidimus.Files.Tests.Formats;

public sealed class GzipTests
{
    [Fact]
    public void ReadsMembersOneAfterTheOther()
    {
        using var folder = Places.Temporary();
        RealTool.Bash("seq 100000 > a; : > b; (gzip -c a; gzip -1c b; gzip -9c a) > out.gz; cat a b a > all", folder.Path);
        Assert.Equal(File.ReadAllBytes(folder["all"]), Unpack(File.ReadAllBytes(folder["out.gz"])));
    }

    /// <summary>gzip itself ignores what follows with a warning; the data before it is whole.</summary>
    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0 })]
    [InlineData(new byte[] { (byte)'g', (byte)'a', (byte)'r' })]
    public void IgnoresWhatFollowsAsGzipDoes(byte[] behind)
    {
        using var folder = Places.Temporary();
        RealTool.Bash("seq 1000 > a; gzip -c a > out.gz", folder.Path);
        Assert.Equal(File.ReadAllBytes(folder["a"]), Unpack([.. File.ReadAllBytes(folder["out.gz"]), .. behind]));
    }

    [Fact]
    public void TornAndChangedBytesAreAnError()
    {
        using var folder = Places.Temporary();
        RealTool.Bash("seq 500 | gzip -nc > out.gz", folder.Path);
        var packed = File.ReadAllBytes(folder["out.gz"]);
        for (var length = 1; length < packed.Length; length++) Assert.Throws<InvalidDataException>(() => Unpack(packed[..length]));

        // Behind the header every bit counts: the content by its checksum, checksum and length by the content.
        for (var at = 10; at < packed.Length; at++)
        {
            packed[at] ^= 4;
            Assert.Throws<InvalidDataException>(() => Unpack(packed));
            packed[at] ^= 4;
        }
    }

    [Fact]
    public void ABombFlowsThroughLittleMemory()
    {
        using var folder = Places.Temporary();
        RealTool.Bash("head -c 1G /dev/zero | gzip -1 > bomb.gz", folder.Path);
        using var file = File.OpenRead(folder["bomb.gz"]);
        using var stream = Decompression.Open(file, Compression.Gzip);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var buffer = new byte[64 << 10];
        var length = 0L;
        while (stream.Read(buffer) is > 0 and var read) length += read;
        Assert.Equal(1L << 30, length);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    private static byte[] Unpack(byte[] packed)
    {
        Assert.Equal(Compression.Gzip, Decompression.KindOf(packed.Length < 4 ? [0x1F, 0x8B] : packed.AsSpan(0, 4)));
        using var stream = Decompression.Open(new MemoryStream(packed), Compression.Gzip);
        using var unpacked = new MemoryStream();
        stream.CopyTo(unpacked);
        return unpacked.ToArray();
    }
}
