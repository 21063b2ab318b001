using Vidimus.Hostile.Tests.Mutation;
using Vidimus.Testing;

namespace Vidimus.Hostile.Tests.Whole;

/// <summary>Disks, zip files and repositories that are torn or lie, through the real tool.</summary>
public sealed class DiskTests(Corpus corpus) : IClassFixture<Corpus>, IDisposable
{
    private readonly BoundedTool tool = new();
    private readonly TemporaryFolder folder = Places.Temporary();

    public void Dispose()
    {
        tool.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData("mke2fs -q -F -t ext4 -d tree disk", "40M")]
    [InlineData("mke2fs -q -F -t ext2 -b 1024 -d tree disk", "40M")]
    [InlineData("TEST_DIR=x TEST_DEV=x QA_CHECK_FS=x mkfs.xfs -q -f disk", "40M")]
    [InlineData("mke2fs -q -F -t ext4 -d tree raw && qemu-img convert -O qcow2 -c raw disk", "40M")]
    public void ATornOrDamagedDiskGivesAReportOrOneSentence(string make, string size)
    {
        RealTool.Require("mke2fs", "mkfs.xfs", "qemu-img");
        tool.Make($"cp -a '{corpus.Root}' tree; truncate -s {size} disk raw; {make}");
        var original = File.ReadAllBytes(tool["disk"]);
        Assert.Equal(0, tool.Scan("disk:disk").Exit);
        Damage("disk", original, [0, 1, 511, 512, 1536, 4096, original.Length / 4, original.Length / 2, original.Length - 1], seeds: 60);
    }

    /// <summary>Sizes that no disk has, tables that point to themselves, folders in themselves.</summary>
    [Theory]
    [InlineData("struct.pack_into('>Q', d, 24, 1 << 62)")]
    [InlineData("struct.pack_into('>Q', d, 24, 1 << 50); struct.pack_into('>I', d, 36, 1 << 22)")]
    [InlineData("struct.pack_into('>Q', d, 40, 0)")]
    [InlineData("struct.pack_into('>Q', d, 40, 1 << 63)")]
    [InlineData("struct.pack_into('>I', d, 20, 31)")]
    [InlineData("l1 = struct.unpack_from('>Q', d, 40)[0]; struct.pack_into('>Q', d, l1, l1)")]
    [InlineData("l1 = struct.unpack_from('>Q', d, 40)[0]; l2 = struct.unpack_from('>Q', d, l1)[0] & ((1 << 56) - 512); struct.pack_into('>Q', d, l2, (1 << 62) | (1 << 61))")]
    [InlineData("struct.pack_into('>QI', d, 8, 1000, 11); d[1000:1011] = b'/etc/passwd'")]
    public void AQcow2ThatLiesIsRefusedOrRead(string lie)
    {
        RealTool.Require("mke2fs", "qemu-img");
        tool.Make($$"""
            cp -a '{{corpus.Root}}' tree; truncate -s 40M raw; mke2fs -q -F -t ext4 -d tree raw; qemu-img convert -O qcow2 raw disk
            /usr/bin/python3 - <<'END'
            import struct
            d = bytearray(open("disk", "rb").read())
            {{lie}}
            open("disk", "wb").write(d)
            END
            """);
        Assert.DoesNotContain("root:", tool.Scan("disk:disk").Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mkdir /var/loop\nlink <2> /var/loop/self")]
    [InlineData("set_inode_field /etc size 0x7fffffffffff")]
    [InlineData("set_inode_field /var/lib/dpkg/status size 0x7fffffffffff")]
    [InlineData("set_super_value blocks_count 0xffffffff")]
    [InlineData("set_super_value inodes_count 0xffffffff")]
    public void AFileSystemThatLiesIsNoted(string commands)
    {
        RealTool.Require("debugfs");
        tool.Make($"cp -a '{corpus.Root}' tree; truncate -s 40M disk; mke2fs -q -F -t ext4 -d tree disk; printf '{commands.Replace("\n", "\\n", StringComparison.Ordinal)}\\n' | debugfs -w disk > log 2>&1");
        tool.Scan("disk:disk");
    }

    [Fact]
    public void ATornOrLyingZipGivesAReportOrOneSentence()
    {
        RealTool.Require("zip");
        tool.Make($"cp -a '{corpus.Root}' tree; cd tree; zip -qry ../disk .");
        var original = File.ReadAllBytes(tool["disk.zip"]);
        Damage("zip", original, [0, 1, 21, 22, original.Length / 2, original.Length - 1], seeds: 100);
    }

    /// <summary>Entries that unpack to gigabytes, and many that share one body.</summary>
    [Fact]
    public void AZipThatUnpacksWithoutEndIsGivenUp()
    {
        tool.Make("""
            /usr/bin/python3 - <<'END'
            import struct, zipfile, zlib
            with zipfile.ZipFile("bomb.zip", "w", zipfile.ZIP_DEFLATED) as z:
                for n in range(20):
                    with z.open(f"app{n}/package-lock.json", "w", force_zip64=True) as out:
                        for _ in range(64): out.write(bytes(1 << 20))
            pack = zlib.compressobj(9, zlib.DEFLATED, -15); data = bytes(32 << 20); body = pack.compress(data) + pack.flush(); crc = zlib.crc32(data)
            local = b"PK\3\4" + struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0, crc, len(body), len(data), 10, 0) + b"000000.jar" + body
            entries = b"".join(b"PK\1\2" + struct.pack("<HHHHHHIIIHHHHHII", 20, 20, 0, 8, 0, 0, crc, len(body), len(data), 10, 0, 0, 0, 0, 0, 0) + b"%06d.jar" % n for n in range(60000))
            open("overlap.zip", "wb").write(local + entries + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 60000, 60000, len(entries), len(local), 0))
            END
            """);
        Assert.Equal(0, tool.Scan("zip:bomb.zip").Exit);
        Assert.Contains("overlaps", tool.Scan("zip:overlap.zip").Error, StringComparison.Ordinal);
    }

    /// <summary>Ten trees of ten times the next: a commit of some kilobytes with ten thousand million files.</summary>
    [Fact]
    public void ARepositoryOfTreesInTreesIsGivenUp()
    {
        RealTool.Require("git");
        tool.Make("""
            git init -q repo; cd repo; object=$(echo x | git hash-object -w --stdin); kind="100644 blob"
            for level in $(seq 10); do object=$(for n in 0 1 2 3 4 5 6 7 8 9; do printf '%s %s\tn%s\n' "$kind" $object $n; done | git mktree); kind="040000 tree"; done
            git update-ref HEAD $(git -c user.name=a -c user.email=a@example.com commit-tree -m bomb $object)
            """);
        Assert.Contains("entries", tool.Scan("git:repo").Error, StringComparison.Ordinal);
    }

    /// <summary>Torn at each of the lengths and changed by each of the seeds. Most in this process, since starting one costs more than the scan; some of both kinds by the whole tool under its bounds.</summary>
    private void Damage(string prefix, byte[] original, int[] lengths, int seeds)
    {
        var faults = lengths.Select(length => MutationLoop.Judge(prefix, -1 - length, original[..length], folder))
            .Concat(Enumerable.Range(0, seeds).Select(seed => MutationLoop.Judge(prefix, seed, new Mutator(seed).Mutate(original), folder)));
        Assert.Empty(faults.OfType<string>());
        Scan(original[..lengths[1]], prefix);
        Scan(original[..(original.Length / 2)], prefix);
        for (var seed = seeds; seed < seeds + 2; seed++) Scan(new Mutator(seed).Mutate(original), prefix);
    }

    private void Scan(byte[] bytes, string prefix)
    {
        File.WriteAllBytes(tool["copy"], bytes);
        tool.Scan($"{prefix}:copy", more: ["-f", "json"]);
    }
}
