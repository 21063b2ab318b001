using System.Security.Cryptography;
using System.Text;
using Vidimus.Files.Formats.Compression.Zstd;
using Vidimus.Testing;

namespace Vidimus.Files.Tests.Formats;

public sealed class ZstdTests
{
    /// <summary>The zstd tool compresses, both decoders must give back what it was given.</summary>
    [Theory]
    [InlineData("-1")]
    [InlineData("-3")]
    [InlineData("-6")]
    [InlineData("-12")]
    [InlineData("-19")]
    [InlineData("--ultra -22")]
    [InlineData("--fast=5")]
    [InlineData("-3 --no-check")]
    [InlineData("-9 --long=27")]
    [InlineData("-5 --no-compress-literals")]
    [InlineData("-19 --zstd=wlog=10")]
    public void GivesBackWhatZstdCompressed(string options)
    {
        RealTool.Require("zstd");
        using var folder = Places.Temporary();
        var random = new Random(7);
        foreach (var (name, bytes) in Samples(random))
        {
            File.WriteAllBytes(folder[name], bytes);
            RealTool.Bash($"zstd -q {options} -c {name} > {name}.zst; zstd -q {options} < {name} > piped.zst; cat {name}.zst piped.zst > two.zst", folder.Path);
            foreach (var managed in new[] { true, false })
            {
                Same(bytes, Unpack(File.ReadAllBytes(folder[name + ".zst"]), managed), $"{name} {options} {managed}");
                Same([.. bytes, .. bytes], Unpack(File.ReadAllBytes(folder["two.zst"]), managed), $"{name} twice {options} {managed}");
            }
        }
    }

    /// <summary>Every length around the borders of literals' and blocks' headers.</summary>
    [Fact]
    public void GivesBackEveryShortLength()
    {
        RealTool.Require("zstd");
        using var folder = Places.Temporary();
        var random = new Random(8);
        var parts = new List<byte[]>();
        foreach (var length in Enumerable.Range(0, 70).Concat([255, 256, 257, 1023, 1024, 1025, 4095, 4096, 4097, 16383, 16384, 131071, 131072, 131073, 262144]))
        {
            parts.Add(Text(random, length));
            File.WriteAllBytes(folder[$"{parts.Count:D3}"], parts[^1]);
        }

        RealTool.Bash("for f in ???; do zstd -q -c $f >> all.zst; zstd -q -19 -c $f >> all.zst; done", folder.Path);
        Same(parts.SelectMany(part => part.Concat(part)).ToArray(), Unpack(File.ReadAllBytes(folder["all.zst"]), managed: true), "all");
    }

    [Fact]
    public void SkipsFramesThatAreToBeSkippedAndRefusesOtherBytes()
    {
        RealTool.Require("zstd");
        var frame = Compress("hello"u8.ToArray());
        byte[] skippable = [0x5A, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3];
        foreach (var managed in new[] { true, false })
        {
            Assert.Equal("hellohello"u8.ToArray(), Unpack([.. skippable, .. frame, .. skippable, .. frame, .. skippable], managed));
            Assert.Throws<InvalidDataException>(() => Unpack([.. frame, .. "garbage"u8], managed));
            Assert.Throws<InvalidDataException>(() => Unpack([.. frame, .. skippable[..10]], managed));
        }
    }

    [Fact]
    public void RefusesDictionariesAndWindowsBeyondTheBound()
    {
        RealTool.Require("zstd");
        using var folder = Places.Temporary();
        RealTool.Bash("for i in $(seq 200); do seq $i $((i + 300)) > s$i; done; zstd -q --train s* -o dict 2>/dev/null; zstd -q -D dict -c s7 > dict.zst; head -c 300000000 /dev/zero | zstd -q --ultra --long=30 > long.zst", folder.Path);
        foreach (var managed in new[] { true, false })
        {
            Assert.Throws<InvalidDataException>(() => Unpack(File.ReadAllBytes(folder["dict.zst"]), managed));
            Assert.Throws<InvalidDataException>(() => Unpack(File.ReadAllBytes(folder["long.zst"]), managed));
        }
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("-19")]
    [InlineData("-19 --no-check")]
    public void TornAndChangedBytesAreNeverMoreThanAnError(string options)
    {
        RealTool.Require("zstd");
        var random = new Random(9);
        foreach (var whole in new[] { Text(random, 9000), Text(random, 300), [.. new byte[3000], .. Noise(random, 300), .. new byte[3000]], Enumerable.Range(0, 20_000).Select(_ => (byte)random.Next(3)).ToArray(), Text(random, 140_000) })
        {
            var packed = Compress(whole, options);
            for (var length = 1; length < packed.Length; length += whole.Length > 100_000 ? 997 : 7)
            {
                Assert.Throws<InvalidDataException>(() => Unpack(packed[..length], managed: true));
                Assert.Throws<InvalidDataException>(() => Unpack(packed[..length], managed: false));
            }

            for (var i = 0; i < (whole.Length > 100_000 ? 100 : 3000); i++)
            {
                var changed = packed.ToArray();
                for (var flips = random.Next(1, 4); flips > 0; flips--) changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
                var unpacked = TryUnpack(changed, managed: true);
                if (unpacked is not null && !options.Contains("no-check", StringComparison.Ordinal)) Assert.Equal(whole, unpacked); // what nothing checks, such as a bit that is not used
            }
        }
    }

    /// <summary>Without a checksum damage may go unseen; what our decoder takes for good, libzstd must read as the same bytes. (It does not look whether Huffman streams end where they should; we do.)</summary>
    [Fact]
    public void ReadsChangedBytesAsLibzstdDoesOrRefusesThem()
    {
        RealTool.Require("zstd");
        var random = new Random(10);
        var packed = Compress(Text(random, 3000), "--no-check");
        var unseen = 0;
        for (var i = 0; i < 10_000; i++)
        {
            var changed = packed.ToArray();
            changed[random.Next(4, changed.Length)] ^= (byte)(1 << random.Next(8));
            if (TryUnpack(changed, managed: true) is not { } ours) continue;
            unseen++;
            Assert.Equal(TryUnpack(changed, managed: false), ours);
        }

        Assert.InRange(unseen, 1000, 9999);
    }

    [Fact]
    public void ABombFlowsThroughLittleMemory()
    {
        RealTool.Require("zstd");
        using var folder = Places.Temporary();
        RealTool.Bash("head -c 1G /dev/zero | zstd -q -19 > bomb.zst", folder.Path);
        foreach (var managed in new[] { true, false })
        {
            using var file = File.OpenRead(folder["bomb.zst"]);
            using var stream = ZstdStream.Open(file, managed);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var buffer = new byte[64 << 10];
            var length = 0L;
            while (stream.Read(buffer) is > 0 and var read) length += read;
            Assert.Equal(1L << 30, length);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
        }
    }

    private static IEnumerable<(string Name, byte[] Bytes)> Samples(Random random)
    {
        yield return ("empty", []);
        yield return ("one", [42]);
        yield return ("zeros", new byte[500_000]);
        yield return ("random", Noise(random, 300_000));
        yield return ("text", Text(random, 2_500_000));
        yield return ("mixed", [.. Text(random, 150_000), .. Noise(random, 200_000), .. new byte[200_000], .. Text(random, 150_000)]);
        yield return ("program", File.ReadAllBytes(typeof(ZstdTests).Assembly.Location));
        yield return ("few", Enumerable.Range(0, 200_000).Select(_ => (byte)random.Next(3)).ToArray());
        var block = Noise(random, 1 << 20);
        yield return ("far", [.. block, .. Noise(random, 2 << 20), .. block]);
    }

    private static byte[] Noise(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Text(Random random, int length)
    {
        var words = Enumerable.Range(0, 400).Select(_ => Convert.ToBase64String(Noise(random, random.Next(2, 9)))).ToArray();
        var text = new StringBuilder();
        while (text.Length < length) text.Append(words[(int)(Math.Pow(random.NextDouble(), 3) * words.Length)]).Append(random.Next(20) == 0 ? '\n' : ' ');
        return Encoding.ASCII.GetBytes(text.ToString(0, length));
    }

    private static byte[] Compress(byte[] bytes, string options = "")
    {
        using var folder = Places.Temporary();
        File.WriteAllBytes(folder["in"], bytes);
        RealTool.Bash($"zstd -q {options} -c in > out", folder.Path);
        return File.ReadAllBytes(folder["out"]);
    }

    private static byte[] Unpack(byte[] packed, bool managed)
    {
        using var stream = ZstdStream.Open(new MemoryStream(packed), managed);
        using var unpacked = new MemoryStream();
        stream.CopyTo(unpacked);
        return unpacked.ToArray();
    }

    private static byte[]? TryUnpack(byte[] packed, bool managed)
    {
        try
        {
            return Unpack(packed, managed);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static void Same(byte[] expected, byte[] actual, string what) => Assert.True(expected.AsSpan().SequenceEqual(actual), $"{what}: {expected.Length} and {actual.Length} bytes, {Convert.ToHexStringLower(SHA256.HashData(actual))}");
}
