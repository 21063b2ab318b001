using System.Buffers.Binary;
using System.Diagnostics;
using Vidimus.Files.FileTree.Disk;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;
using Vidimus.Testing;

namespace Vidimus.Files.Tests.FileTree.Disk;

/// <summary>Disks with damage at places chosen by a seed, where there is metadata: read to the end with notes, or refused with one sentence.</summary>
public sealed class DamagedDiskTests(ITestOutputHelper output)
{
    private const int Few = 150;
    private const int Many = 2000;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    public static TheoryData<string, string> Kinds => new()
    {
        { "ext", "-t ext2 -b 1024" },
        { "ext", "-t ext4 -b 1024 -O inline_data,metadata_csum,64bit" },
        { "ext", "-t ext4 -b 4096 -O ^metadata_csum" },
        { "xfs", "-m crc=0 -b size=1024 -i size=256" },
        { "xfs", "-m crc=1 -i nrext64=1" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void FewDamagedDisksBreakNothing(string kind, string options) => Run(kind, options, Few);

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("Long", "true")]
    public void ManyDamagedDisksBreakNothing(string kind, string options) => Run(kind, options, Many);

    private void Run(string kind, string options, int count)
    {
        using var folder = Places.Temporary();
        DiskSamples.Tree(folder["tree"], 300, plain: true);
        if (kind is "ext") DiskSamples.Ext(folder["disk"], folder["tree"], "12M", options.Split(' '));
        else DiskSamples.Xfs(folder["disk"], folder["tree"], "24M", options.Split(' '));
        var original = File.ReadAllBytes(folder["disk"]);

        // Where files' own bytes lie, random ones, damage would meet nothing of the format.
        var metadata = Enumerable.Range(0, original.Length / 1024).Where(b => IsMetadata(original.AsSpan(b * 1024, 1024))).ToArray();
        var (refused, noted) = (0, 0);
        for (var seed = 0; seed < count; seed++)
        {
            var disk = (byte[])original.Clone();
            Damage(disk, metadata, new Random(seed));
            var watch = Stopwatch.StartNew();
            try
            {
                using var tree = new DiskTree(new MemoryDisk(disk));
                var reader = new Reader();
                tree.Walk(reader, TestContext.Current.CancellationToken);
                foreach (var path in new[] { "many/a-name-of-some-length-77", "spread3/below3/file-3", "link-1", "absolute/x", "deep/x/x/x", "large" }) tree.Open(path)?.Content.Dispose();
                if (reader.Notes > 0) noted++;
            }
            catch (InvalidDataException e)
            {
                Assert.DoesNotContain('\n', e.Message);
                refused++;
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {seed}: {e}");
            }

            Assert.True(watch.Elapsed < Longest, $"seed {seed} took {watch.Elapsed}");
        }

        output.WriteLine($"{count} disks: {refused} refused, {noted} read with notes");
        Assert.True(noted > count / 20, $"only {noted} of {count} had notes");
    }

    private static bool IsMetadata(ReadOnlySpan<byte> block) => block.Count((byte)0) is > 200 and < 1024;

    /// <summary>Some changes: bits, random bytes, numbers at the borders, a block in another's place, zeros, the disk's end.</summary>
    private static void Damage(byte[] disk, int[] metadata, Random random)
    {
        for (var changes = random.Next(1, 8); changes > 0; changes--)
        {
            var block = disk.AsSpan(metadata[random.Next(random.Next(3) == 0 ? Math.Min(metadata.Length, 40) : metadata.Length)] * 1024, 1024);
            var at = random.Next(256) * 4;
            switch (random.Next(6))
            {
                case 0:
                    block[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    random.NextBytes(block.Slice(at, Math.Min(block.Length - at, random.Next(1, 64))));
                    break;
                case 2:
                    BinaryPrimitives.WriteUInt32LittleEndian(block[at..], Border(random));
                    break;
                case 3:
                    BinaryPrimitives.WriteUInt32BigEndian(block[at..], Border(random));
                    break;
                case 4:
                    disk.AsSpan(metadata[random.Next(metadata.Length)] * 1024, 1024).CopyTo(block);
                    break;
                default:
                    BinaryPrimitives.WriteUInt16LittleEndian(block[at..], (ushort)random.Next(1 << 16));
                    break;
            }
        }
    }

    private static uint Border(Random random) => random.Next(8) switch { 0 => 0, 1 => 1, 2 => uint.MaxValue, 3 => int.MaxValue, 4 => 0x8000_0000, 5 => 0xFFFF, 6 => (uint)random.Next(20000), _ => (uint)random.NextInt64(1L << 32) };

    /// <summary>Takes everything, reads the beginning of each file and counts notes.</summary>
    private sealed class Reader : IFileVisitor
    {
        private readonly byte[] buffer = new byte[256 << 10];

        public int Notes { get; private set; }

        public bool Enters(string folder) => true;

        public Interest InterestIn(ReadOnlySpan<char> path, FileKind kind) => Interest.Content;

        public void Visit(FileEntry entry, Stream? content) => content?.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);

        public void Note(Note note) => Notes++;
    }

    private sealed class MemoryDisk(byte[] bytes) : IBlockSource
    {
        public long Length => bytes.Length;

        public void Fetch(long index, Span<byte> block) => bytes.AsSpan((int)index * IBlockSource.BlockLength, block.Length).CopyTo(block);

        public void Dispose()
        {
        }
    }
}
