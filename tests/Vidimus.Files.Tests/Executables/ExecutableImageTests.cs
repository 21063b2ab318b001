using Vidimus.Files.Formats.Executables;
using Vidimus.Testing;

namespace Vidimus.Files.Tests.Executables;

/// <summary>The judges are binutils' <c>objdump -h</c> (ELF of this machine, PE) and <c>readelf -S</c> (any ELF); Debian has none for Mach-O.</summary>
public sealed class ExecutableImageTests
{
    /// <summary>Name, address, offset and size of each section as objdump lists them; it leaves out what is not loaded and has no name of its own (string and symbol tables).</summary>
    private static List<(string Name, ulong Address, long Offset, long Size)> Judge(string path) =>
        [.. RealTool.Try("objdump", ["-hw", path]).Output.Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(f => f.Length > 7 && int.TryParse(f[0], out _) && string.Join(' ', f).Contains("CONTENTS", StringComparison.Ordinal))
            .Select(f => (f[1], Convert.ToUInt64(f[3], 16), Convert.ToInt64(f[5], 16), Convert.ToInt64(f[2], 16)))];

    [Fact]
    public void FindsTheSectionsThatObjdumpFinds()
    {
        RealTool.Require("objdump");
        var files = 0;
        foreach (var path in Directory.GetFiles("/usr/bin").Concat(Directory.GetFiles("/usr/lib/x86_64-linux-gnu", "*.so.*")).Order(StringComparer.Ordinal).Where((_, i) => i % 25 == 0))
        {
            using var stream = File.OpenRead(path);
            if (ExecutableImage.Read(stream) is not [var image]) continue;

            files++;
            foreach (var (name, address, offset, size) in Judge(path)) Assert.Contains(image.Sections, s => s.Name == name && s.Address == address && s.Offset == offset && s.Length == size);
            foreach (var section in image.Sections.Where(s => s.Address != 0 && s.Length is > 0 and < 100_000))
            {
                using var bytes = image.OpenRead(section);
                var there = new byte[section.Length];
                bytes.ReadExactly(there);
                var mapped = new byte[section.Length];
                Assert.True(image.TryReadAt(section.Address, mapped));
                Assert.Equal(there, mapped);
            }
        }

        Assert.True(files > 20, $"{files} executables");
    }

    [Theory]
    [InlineData("linux", "386", ExecutableFormat.Elf, 4, false)]
    [InlineData("linux", "s390x", ExecutableFormat.Elf, 8, true)]
    [InlineData("linux", "mips", ExecutableFormat.Elf, 4, true)]
    [InlineData("windows", "amd64", ExecutableFormat.Pe, 8, false)]
    [InlineData("windows", "386", ExecutableFormat.Pe, 4, false)]
    [InlineData("darwin", "arm64", ExecutableFormat.MachO, 8, false)]
    public void ReadsEachFormat(string system, string architecture, ExecutableFormat format, int pointer, bool bigEndian)
    {
        var path = GoProgram.Of(system, architecture);
        using var stream = File.OpenRead(path);
        var image = Assert.Single(ExecutableImage.Read(stream));
        Assert.Equal((format, pointer, bigEndian), (image.Format, image.PointerSize, image.IsBigEndian));
        Assert.NotEmpty(image.Segments);

        switch (format)
        {
            case ExecutableFormat.MachO:
                Assert.Contains(image.Sections, s => (s.Segment, s.Name) == ("__DATA", "__go_buildinfo"));
                break;
            case ExecutableFormat.Elf:
                // [ 1] .text PROGBITS 08049000 001000 0500b1 …
                var lines = RealTool.Run("readelf", ["-SW", path]).Split('\n').Select(l => l[(l.IndexOf(']') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(f => f.Length > 5 && f[0].StartsWith('.') && f[1] != "NOBITS").ToList();
                Assert.True(lines.Count > 10);
                Assert.All(lines, f => Assert.Contains(image.Sections, s => s.Name == f[0] && s.Address == Convert.ToUInt64(f[2], 16) && s.Offset == Convert.ToInt64(f[3], 16) && s.Length == Convert.ToInt64(f[4], 16)));
                break;
            default:
                var sections = Judge(path);
                Assert.True(sections.Count > 3);
                Assert.All(sections, j => Assert.Contains(image.Sections, s => s.Name == j.Name && s.Address == j.Address && s.Offset == j.Offset));
                break;
        }
    }

    [Fact]
    public void ReadsEveryImageOfAFatFile()
    {
        byte[] arm = File.ReadAllBytes(GoProgram.Of("darwin", "arm64")), intel = File.ReadAllBytes(GoProgram.Of("darwin", "amd64"));
        foreach (var wide in new[] { false, true })
        {
            var images = ExecutableImage.Read(new MemoryStream(GoProgram.Fat(wide, arm, intel)));
            Assert.Equal(2, images.Count);
            foreach (var (image, alone) in images.Zip([arm, intel]))
            {
                var expected = Assert.Single(ExecutableImage.Read(new MemoryStream(alone)));
                var section = image.Section("__go_buildinfo")!;
                using var bytes = image.OpenRead(section);
                using var same = expected.OpenRead(expected.Section("__go_buildinfo")!);
                byte[] one = new byte[section.Length], other = new byte[section.Length];
                bytes.ReadExactly(one);
                same.ReadExactly(other);
                Assert.Equal(other, one);
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("#!/bin/sh\n")]
    [InlineData("MZ")]
    [InlineData("\u00ca\u00fe\u00ba\u00be\0\0\0\u0034 a Java class, not a fat Mach-O file")]
    public void IsNoExecutable(string bytes) => Assert.Empty(ExecutableImage.Read(new MemoryStream(System.Text.Encoding.Latin1.GetBytes(bytes))));

    [Theory]
    [InlineData("linux", "amd64")]
    [InlineData("windows", "amd64")]
    [InlineData("darwin", "arm64")]
    public void SurvivesTruncationAndMutation(string system, string architecture)
    {
        var head = File.ReadAllBytes(GoProgram.Of(system, architecture)).AsSpan(0, 1 << 16).ToArray();
        for (var length = 0; length < 6000; length++) ReadAll(head[..length]);

        var random = new Random(20261124);
        for (var round = 0; round < 10_000; round++)
        {
            var mutated = head.AsSpan(0, 8192).ToArray();
            for (var flips = random.Next(1, 8); flips > 0; flips--) mutated[4 + random.Next(1000)] = (byte)random.Next(256);
            ReadAll(mutated);
        }

        static void ReadAll(byte[] bytes)
        {
            try
            {
                foreach (var image in ExecutableImage.Read(new MemoryStream(bytes)))
                {
                    Assert.All(image.Sections, s => Assert.InRange(s.Offset + s.Length, 0, bytes.Length));
                    Assert.All(image.Segments, s => Assert.InRange(s.Offset + s.Length, 0, bytes.Length));
                }
            }
            catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
            {
                // The one clear sentence.
            }
        }
    }
}
