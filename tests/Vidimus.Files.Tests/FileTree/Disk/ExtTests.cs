using Vidimus.Files.FileTree.Disk;
using Vidimus.Model.Inventory;
using Vidimus.Testing;

namespace Vidimus.Files.Tests.FileTree.Disk;

/// <summary>ext2, ext3 and ext4, made by mke2fs of folders that GNU find and sha256sum tell of.</summary>
public sealed class ExtTests
{
    [Theory]
    [InlineData("-t ext2 -b 1024")]
    [InlineData("-t ext2 -b 4096 -O ^filetype")]
    [InlineData("-t ext3 -b 2048")]
    [InlineData("-t ext4")]
    [InlineData("-t ext4 -O inline_data,metadata_csum,64bit,flex_bg -I 256")]
    [InlineData("-t ext4 -O inline_data -I 1024 -b 1024")]
    [InlineData("-t ext4 -O ^metadata_csum,^64bit,uninit_bg -I 128 -b 1024")]
    [InlineData("-t ext4 -O meta_bg,^resize_inode,^flex_bg -b 1024")]
    [InlineData("-t ext4 -O sparse_super2,meta_bg,^resize_inode,metadata_csum_seed -b 1024")]
    [InlineData("-t ext4 -O bigalloc -C 16384 -b 1024")]
    [InlineData("-t ext4 -b 65536")]
    [InlineData("-t ext4 -O ^extents,^64bit -b 4096")]
    public void EveryFileIsAsTheOriginal(string options) => Compare(1500, "500M", options.Split(' '));

    [Fact]
    [Trait("Long", "true")]
    public void EveryOneOfManyFilesIsAsTheOriginal() => Compare(30_000, "2G", "-t", "ext4", "-O", "inline_data,metadata_csum,64bit,flex_bg");

    /// <summary>e2fsprogs' own reader as a second judge.</summary>
    [Fact]
    public void GivesWhatDebugfsGives()
    {
        using var folder = Places.Temporary();
        DiskSamples.Tree(folder["tree"], 500);
        RealTool.Run("chmod", ["440", folder["tree/large"]]); // debugfs takes set-uid away
        DiskSamples.Ext(folder["disk"], folder["tree"], "200M", "-t", "ext3", "-b", "1024");
        Directory.CreateDirectory(folder["dump"]);
        RealTool.Run("debugfs", ["-R", $"rdump / {folder["dump"]}", folder["disk"]]);
        Directory.Delete(folder["dump/lost+found"]);
        Assert.Equal(Judge.Find(folder["dump"], withTime: false).Where(IsFile), Read(folder["disk"]).Lines(withTime: false).Where(IsFile));

        static bool IsFile(string line) => line.Contains(" | File ", StringComparison.Ordinal) || line.Contains(" | Folder ", StringComparison.Ordinal);
    }

    /// <summary>Blocks in the journal alone, put there by debugfs; what they make of the file system is told by e2fsck, which plays the journal back on a copy.</summary>
    [Theory]
    [InlineData("-O ^metadata_csum")]
    [InlineData("-O metadata_csum,64bit")]
    [InlineData("-O ^64bit,metadata_csum")]
    public void PlaysAJournalBack(string options)
    {
        RealTool.Require("debugfs", "e2fsck");
        using var folder = Places.Temporary();
        RealTool.Bash("""
            mkdir tree; for n in $(seq 300); do echo $n > tree/old-$n; done; echo before > tree/content
            """, folder.Path);
        DiskSamples.Ext(folder["disk"], folder["tree"], "64M", ["-t", "ext4", "-b", "4096", .. options.Split(' ')]);

        // The blocks of a changed copy that differ are the transaction; a second one is revoked by its successor, a third has the journal's own number as its first bytes.
        var with = options.Contains("^metadata_csum", StringComparison.Ordinal) ? "" : " -c";
        RealTool.Bash($$"""
            cp disk changed
            printf 'set_super_value free_blocks_count 1\nrm /old-7\nwrite {{folder["tree"]}}/content added\nmkdir below\nwrite {{folder["tree"]}}/content below/x\n' | debugfs -w changed > log 2>&1
            /usr/bin/python3 - <<'END' > commands
            import os
            a, b = open("disk", "rb").read(), open("changed", "rb").read()
            blocks = [n for n in range(len(a) // 4096) if a[n*4096:n*4096+4096] != b[n*4096:n*4096+4096]]
            open("data", "wb").write(b"".join(b[n*4096:n*4096+4096] for n in blocks))
            open("magic", "wb").write(b"\xc0\x3b\x39\x98" + b"m" * 4092)
            open("wrong", "wb").write(b"w" * 4096)
            print("jo{{with}}")
            free = 9000
            print("jw -b %s data" % ",".join(map(str, blocks)))
            print("jw -b %d wrong" % free); print("jw -r %d" % free)
            print("jw -b %d magic" % (free + 1))
            print("jc")
            END
            debugfs -w -f commands disk > log 2>&1
            cp disk judged; e2fsck -fy judged > log 2>&1 || [ $? -lt 4 ]
            """, folder.Path);

        Assert.Contains("needs_recovery", RealTool.Run("dumpe2fs", ["-h", folder["disk"]]));
        var read = Read(folder["disk"]);
        var judged = Read(folder["judged"]);
        Assert.Contains("below/x", read.Entries.Keys);
        Assert.DoesNotContain("old-7", read.Entries.Keys);
        Assert.Equal(judged.Lines(), read.Lines());
        Assert.Contains(read.Notes, n => n.Kind is Notes.Information && n.Message.Contains("played back", StringComparison.Ordinal));
        Assert.DoesNotContain(read.Notes, n => n.Partial);
        Assert.Empty(judged.Notes);
    }

    /// <summary>A disk copied while the kernel writes to it, as a snapshot is; the kernel's own replay of a copy is the judge.</summary>
    [Fact]
    [Trait("Long", "true")]
    public void ReadsADiskThatTheKernelHasOpen()
    {
        using var folder = Places.Temporary();
        DiskSamples.Tree(folder["tree"], 2000);
        DiskSamples.Ext(folder["disk"], folder["tree"], "1G", "-t", "ext4");
        var (exit, _, error) = RealTool.Try("mount", ["-o", "loop,commit=300", folder["disk"], Directory.CreateDirectory(folder["mount"]).FullName]);
        if (exit != 0) RealTool.Missing($"mounting needs root and a loop device: {error}");
        RealTool.Bash("""
            trap 'umount mount 2>/dev/null || true' EXIT
            for n in $(seq 5000); do echo new > mount/many/new-$n; done
            rm -r mount/spread3; mv mount/spread4 mount/moved; sync -f mount
            for n in $(seq 500); do echo newer > mount/newer-$n; done; touch -d @4000000000 mount/large; touch -d @-5 mount/hole
            /usr/bin/python3 -c 'import os; f = os.open("mount/newer-1", os.O_RDWR); os.fsync(f)'
            cp --sparse=always disk copy; umount mount
            cp copy replayed; mount -o loop replayed mount; umount mount
            """, folder.Path);
        var read = Read(folder["copy"]);
        Assert.Contains(read.Notes, n => n.Message.Contains("played back", StringComparison.Ordinal));
        Assert.Equal(Read(folder["replayed"]).Lines(), read.Lines());
        Assert.Contains("moved", read.Entries.Keys);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("checksum")]
    public void DamageIsNoted(string damage)
    {
        using var folder = Places.Temporary();
        DiskSamples.Tree(folder["tree"], 300);
        DiskSamples.Ext(folder["disk"], folder["tree"], "200M", "-t", "ext4", "-b", "4096", "-O", "metadata_csum");
        if (damage is "cut") RealTool.Run("truncate", ["-s", "20M", folder["disk"]]);
        else RealTool.Bash("""
            place=$(debugfs -R 'imap /large' disk 2>/dev/null | sed -n 's/.*located at block \([0-9]*\), offset \(0x[0-9a-f]*\).*/\1 * 4096 + \2 + 8/p')
            printf x | dd of=disk bs=1 seek=$(($place)) conv=notrunc status=none
            """, folder.Path);
        var read = Read(folder["disk"]);
        Assert.Contains(read.Notes, n => n.Partial);
    }

    private static void Compare(int files, string size, params string[] options)
    {
        using var folder = Places.Temporary();
        DiskSamples.Tree(folder["tree"], files, plain: options.Any(o => o.Contains("inline_data", StringComparison.Ordinal))); // mke2fs 1.47.0 writes files with holes wrong into such a file system
        DiskSamples.Ext(folder["disk"], folder["tree"], size, options);
        var read = Read(folder["disk"]);
        Assert.Empty(read.Notes);
        Assert.Equal(Judge.Find(folder["tree"]), read.Lines());
    }

    /// <summary>The tree of a disk without the folder that mke2fs makes for e2fsck.</summary>
    private static Recorder Read(string image)
    {
        using var tree = DiskTree.OpenFile(image);
        var recorder = Recorder.Of(tree);
        recorder.Entries.Remove("lost+found");
        return recorder;
    }
}
