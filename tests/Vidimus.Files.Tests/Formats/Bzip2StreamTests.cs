using System.Diagnostics;
using Vidimus.Files.Formats.Compression.Bzip2;
using Vidimus.Testing;

namespace Vidimus.Files.Tests.Formats;

/// <summary>Judge: what the real bzip2 packed.</summary>
public sealed class Bzip2StreamTests
{
    [Theory]
    [InlineData(0, 256, "-9")]
    [InlineData(1, 256, "-9")]
    [InlineData(1000, 2, "-1")]
    [InlineData(300_000, 1, "-1")] // one long run over several blocks
    [InlineData(1_200_000, 256, "-9")]
    [InlineData(2_000_000, 3, "-4")]
    public void UnpacksWhatBzip2Packed(int length, int letters, string level)
    {
        var random = new Random(length + letters);
        var text = new byte[length];
        for (var i = 0; i < length; i++) text[i] = (byte)(random.Next(8) == 0 || i == 0 ? random.Next(letters) : text[i - 1]);
        Assert.Equal(text, Unpack(Pack(text, level)));
        Assert.Equal([.. text, .. text], Unpack([.. Pack(text, level), .. Pack(text, level)])); // one stream behind another
    }

    [Fact]
    public void TornAndDamagedDataIsAnError()
    {
        var random = new Random(7);
        var text = new byte[20_000];
        for (var i = 0; i < text.Length; i++) text[i] = (byte)random.Next(20);
        var packed = Pack(text, "-1");
        for (var length = 1; length < packed.Length; length += 97) Assert.Throws<InvalidDataException>(() => Unpack(packed[..length]));
        for (var round = 0; round < 300; round++)
        {
            var damaged = (byte[])packed.Clone();
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            Assert.Throws<InvalidDataException>(() => Unpack(damaged));
        }
    }

    private static byte[] Unpack(byte[] packed)
    {
        using var unpacked = new MemoryStream();
        using var stream = new Bzip2Stream(new MemoryStream(packed));
        stream.CopyTo(unpacked);
        return unpacked.ToArray();
    }

    private static byte[] Pack(byte[] text, string level)
    {
        RealTool.Require("bzip2");
        using var process = Process.Start(new ProcessStartInfo("bzip2", [level, "-c"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var written = Task.Run(() =>
        {
            process.StandardInput.BaseStream.Write(text);
            process.StandardInput.Close();
        });
        using var packed = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(packed);
        written.GetAwaiter().GetResult();
        process.WaitForExit();
        return packed.ToArray();
    }
}
