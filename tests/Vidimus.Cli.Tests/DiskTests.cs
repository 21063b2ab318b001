using System.Text.Json;
using Vidimus.Ecosystems;
using Vidimus.Files.FileTree.Disk;
using Vidimus.Model.Inventory;
using Vidimus.Scanning;
using Vidimus.Testing;

namespace Vidimus.Cli.Tests;

/// <summary>Disks of a real Debian system.</summary>
public sealed class DiskTests
{
    [Theory]
    [InlineData("ext4")]
    [InlineData("xfs")]
    public void ADiskGivesWhatItsFolderGives(string system)
    {
        RealTool.Require("mke2fs", "mkfs.xfs", "qemu-img");
        using var folder = Places.Temporary();
        var root = DebianRoot.Of("bookworm");
        RealTool.Bash(system is "ext4" ? $"truncate -s 2G raw; mke2fs -q -F -t ext4 -d '{root}' raw" : $$"""
            /usr/bin/python3 - '{{root}}' > proto <<'END'
            import os, stat, sys
            out = sys.stdout.buffer
            def fill(path, depth):
                for name in sorted(os.listdir(path)):
                    if b" " in name: continue
                    full = os.path.join(path, name); s = os.lstat(full)
                    owner = b"%03o %d %d" % (stat.S_IMODE(s.st_mode) & 0o777, s.st_uid, s.st_gid)
                    if stat.S_ISDIR(s.st_mode): out.write(name + b" d--" + owner + b"\n"); fill(full, depth + 1); out.write(b"$\n")
                    elif stat.S_ISLNK(s.st_mode): out.write(name + b" l--" + owner + b" " + os.readlink(full) + b"\n")
                    elif stat.S_ISREG(s.st_mode): out.write(name + b" ---" + owner + b" " + full + b"\n")
            out.write(b"/dev/null\n0 0\nd--755 0 0\n"); fill(os.fsencode(sys.argv[1]), 1); out.write(b"$\n")
            END
            truncate -s 2G raw; mkfs.xfs -q -p proto raw
            """, folder.Path);
        RealTool.Run("qemu-img", ["convert", "-O", "qcow2", "-c", folder["raw"], folder["disk.qcow2"]]);
        var expected = Purls(folder, $"root:{root}");
        Assert.True(expected.Count > 80);
        foreach (var target in new[] { "disk:raw", "disk:disk.qcow2", "disk.qcow2" }) Assert.Equal(expected, Purls(folder, target));

        var (exit, output, _) = Tool.Run(folder, "explain", "CVE-2023-31484", "disk:raw", "--feeds", Places.Shared("advisories"));
        Assert.Equal(0, exit);
        Assert.Contains("perl", output, StringComparison.Ordinal);
        using var report = Tool.Scan(folder, "disk:raw");
        Assert.True(report.RootElement.GetProperty("complete").GetBoolean());
        Assert.NotEqual(0, report.RootElement.GetProperty("findings").GetArrayLength());
    }

    /// <summary>What a snapshot in a cloud would be asked for: blocks of 512 KiB.</summary>
    [Fact]
    public void AnInventoryTouchesLessThanTwoPercentOfALargeDisk()
    {
        RealTool.Require("mke2fs");
        using var folder = Places.Temporary();
        RealTool.Bash($"truncate -s 30G raw; mke2fs -q -F -t ext4 -d '{DebianRoot.Of("bookworm")}' raw", folder.Path);
        using var tree = DiskTree.OpenFile(folder["raw"]);
        var inventory = new Scanner(EcosystemList.Collectors, EcosystemList.Keys, new()).Scan(tree, new TargetInfo("disk", "raw", null, null, []), TestContext.Current.CancellationToken);
        Assert.True(inventory.Packages.Count > 80);
        Assert.Equal(61440, tree.Blocks);
        Assert.InRange(tree.BlocksTouched, 1, tree.Blocks * 0.02);
        TestContext.Current.TestOutputHelper?.WriteLine($"{tree.BlocksTouched} of {tree.Blocks} blocks");
    }

    private static List<string> Purls(TemporaryFolder folder, string target)
    {
        var (exit, output, error) = Tool.Run(folder, "inventory", target);
        Assert.True(exit == 0, error);
        using var bom = JsonDocument.Parse(output);
        return [.. bom.RootElement.GetProperty("components").EnumerateArray().Select(c => c.TryGetProperty("purl", out var purl) ? purl.GetString()! : c.GetProperty("name").GetString()!).Order(StringComparer.Ordinal)];
    }
}
