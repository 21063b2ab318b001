using System.Globalization;
using Vidimus.Files.FileTree.Disk;
using Vidimus.Model.Inventory;
using Vidimus.Testing;

namespace Vidimus.Files.Tests.FileTree.Disk;

/// <summary>XFS, made by mkfs.xfs of folders that GNU find and sha256sum tell of.</summary>
public sealed class XfsTests
{
    [Theory]
    [InlineData("-m crc=0 -n ftype=0 -i size=256")]
    [InlineData("-m crc=0 -n ftype=1 -b size=1024")]
    [InlineData("-m crc=0 -n size=16384 -i size=2048,maxpct=50")]
    [InlineData("-m crc=1,reflink=0,bigtime=0,inobtcount=0 -i sparse=0")]
    [InlineData("-m crc=1,finobt=1,reflink=1,bigtime=1,inobtcount=1 -i nrext64=1,sparse=1")]
    [InlineData("-b size=1024 -n size=4096 -d agcount=9")]
    [InlineData("-n size=65536")]
    [InlineData("-s size=4096 -b size=16384 -i size=1024")]
    public void EveryFileIsAsTheOriginal(string options) => Compare(2000, "400M", options.Split(' '));

    [Fact]
    [Trait("Long", "true")]
    public void EveryOneOfManyFilesIsAsTheOriginal() => Compare(30_000, "1G", "-i", "nrext64=1");

    /// <summary>Names are found by the index as a listing by xfs_db has them, without reading the folder.</summary>
    [Theory]
    [InlineData("-m crc=0 -n ftype=0")]
    [InlineData("-n size=8192")]
    [InlineData("-b size=1024")]
    public void FindsNamesByTheirHash(string options)
    {
        using var folder = Places.Temporary();
        DiskSamples.Tree(folder["tree"], 12_000, plain: true);
        DiskSamples.Xfs(folder["disk"], folder["tree"], "400M", options.Split(' '));
        var listed = RealTool.Run("xfs_db", ["-r", "-c", "path /many", "-c", "ls", folder["disk"]]).Split('\n').Where(l => l.Contains("a-name-", StringComparison.Ordinal)).Count();
        Assert.Equal(6000, listed);

        using var tree = DiskTree.OpenFile(folder["disk"]);
        foreach (var name in Directory.GetFiles(folder["tree/many"]).Select(Path.GetFileName))
        {
            var found = tree.Open($"absolute/../../many/{name}");
            Assert.Equal($"many/{name}", found?.Entry.Path);
            Assert.Equal(new FileInfo(folder[$"tree/many/{name}"]).Length, found!.Value.Entry.Size);
        }

        Assert.Null(tree.Open("many/a-name-of-some-length-6000"));
        Assert.Null(tree.Open("self"));
    }

    [Fact]
    public void TimesAreRead()
    {
        using var folder = Places.Temporary();
        DiskSamples.Tree(folder["tree"], 20, plain: true);
        foreach (var (options, seconds) in new[] { ("bigtime=0", 1_700_000_000L), ("bigtime=1", 5_000_000_000L) })
        {
            DiskSamples.Xfs(folder["disk"], folder["tree"], "320M", "-m", options);
            RealTool.Run("xfs_db", ["-x", "-c", "path /large", "-c", string.Create(CultureInfo.InvariantCulture, $"write -d core.mtime.sec {(seconds > int.MaxValue ? "0x" + (seconds * 1_000_000_000 + (1L << 31) * 1_000_000_000).ToString("x", CultureInfo.InvariantCulture) : seconds)}"), folder["disk"]]);
            var told = RealTool.Run("xfs_db", ["-r", "-c", "path /large", "-c", "print core.mtime.sec", folder["disk"]]);
            Assert.Contains(DateTimeOffset.FromUnixTimeSeconds(Read(folder["disk"]).Entries["large"].Modified!.Value.ToUnixTimeSeconds()).Year.ToString(CultureInfo.InvariantCulture), told, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ALogThatWouldBePlayedBackIsNoted()
    {
        using var folder = Places.Temporary();
        DiskSamples.Tree(folder["tree"], 20, plain: true);
        DiskSamples.Xfs(folder["disk"], folder["tree"], "320M");
        Assert.DoesNotContain(Read(folder["disk"]).Notes, n => n.Message.Contains("log", StringComparison.Ordinal));

        // A record after the unmount record, as xfs_logprint would see it: of the same round, with more than one operation.
        RealTool.Run("/usr/bin/python3", ["-", folder["disk"]], """
            import struct, sys
            with open(sys.argv[1], "r+b") as f:
                head = f.read(512)
                bits, start, per, agblocks = head[120], struct.unpack_from(">Q", head, 48)[0], head[124], struct.unpack_from(">I", head, 84)[0]
                at = ((start >> per) * agblocks + (start & ((1 << per) - 1))) << bits
                f.seek(at); record = bytearray(f.read(1024))
                struct.pack_into(">I", record, 40, 3)
                f.seek(at + 1024); f.write(record)
            """);
        Assert.Contains(Read(folder["disk"]).Notes, n => n.Partial && n.Message.Contains("log", StringComparison.Ordinal));
    }

    /// <summary>What the kernel leaves behind: closed, killed in the middle, fragmented, with shared extents. The kernel is the judge.</summary>
    [Fact]
    [Trait("Long", "true")]
    public void ReadsWhatTheKernelWrote()
    {
        using var folder = Places.Temporary();
        DiskSamples.Tree(folder["tree"], 2000, plain: true);
        DiskSamples.Xfs(folder["disk"], folder["tree"], "1G");
        var (exit, _, error) = RealTool.Try("mount", ["-t", "xfs", "-o", "loop,nouuid", folder["disk"], Directory.CreateDirectory(folder["mount"]).FullName]);
        if (exit != 0) RealTool.Missing($"mounting needs root and a loop device: {error}");
        RealTool.Bash("""
            trap 'umount mount 2>/dev/null || true' EXIT
            for n in $(seq 8000); do echo new > mount/many/new-$n; done
            for n in 300 400 700 1000 1023; do ln -s $(printf "l%.0s" $(seq $n)) mount/link-$n; done
            rm -r mount/spread3; mv mount/spread4 mount/moved; cp --reflink=always mount/large mount/shared
            /usr/bin/python3 -c 'f = open("mount/fragments", "wb"); [(f.seek(n * 16384), f.write(b"%d" % n)) for n in range(4000)]; f.truncate(100000000)'
            sync -f mount; cp --sparse=always disk copy; umount mount
            mount -t xfs -o loop,nouuid,ro disk mount; cp -a mount original; umount mount
            """, folder.Path);
        Assert.Contains(Read(folder["copy"]).Notes, n => n.Partial && n.Message.Contains("log", StringComparison.Ordinal));
        Assert.Contains("btree", RealTool.Run("xfs_db", ["-r", "-c", "path /fragments", "-c", "print core.format", folder["disk"]]), StringComparison.Ordinal);
        var read = Read(folder["disk"]);
        Assert.Empty(read.Notes);
        Assert.Equal(Judge.Find(folder["original"]), read.Lines());
    }

    private static void Compare(int files, string size, params string[] options)
    {
        using var folder = Places.Temporary();
        DiskSamples.Tree(folder["tree"], files, plain: true);
        DiskSamples.Xfs(folder["disk"], folder["tree"], size, options);
        var read = Read(folder["disk"]);
        Assert.Empty(read.Notes.Select(n => n.ToString()));
        Assert.Equal(Judge.Find(folder["tree"], withTime: false), read.Lines(withTime: false));
    }

    private static Recorder Read(string image)
    {
        using var tree = DiskTree.OpenFile(image);
        return Recorder.Of(tree);
    }
}
