using Vidimus.Files.FileTree;
using Vidimus.Files.FileTree.Disk;
using Vidimus.Model.Inventory;
using Vidimus.Testing;

namespace Vidimus.Files.Tests.FileTree.Disk;

/// <summary>Whole disks: partition tables made by sgdisk and sfdisk, volume groups, qcow2 made by qemu-img, file systems mounted together by their fstab.</summary>
public sealed class DiskTreeTests : IDisposable
{
    private const string RootUuid = "aaaaaaaa-0000-4000-8000-000000000001";
    private const string UsrUuid = "aaaaaaaa-0000-4000-8000-000000000002";
    private readonly TemporaryFolder folder = Places.Temporary();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("UUID=AAAAAAAA-0000-4000-8000-000000000002")]
    [InlineData("LABEL=usr-part")]
    [InlineData("PARTUUID=bbbbbbbb-0000-4000-8000-000000000003")]
    [InlineData("PARTLABEL=the-usr")]
    [InlineData("/dev/disk/by-uuid/aaaaaaaa-0000-4000-8000-000000000002")]
    [InlineData("/dev/sda3")]
    public void MountsThePartitionsOfAGpt(string usr)
    {
        Root(usr, "LABEL=data");
        Gpt();
        var read = Read("disk");
        Expect(read, "usr/bin/tool", "usr/lib/os-release", "srv/some data/x", "etc/fstab", "boot/kernel");
        Assert.All(read.Notes, n => Assert.False(n.Partial, n.ToString()));

        using var tree = DiskTree.OpenFile(folder["disk"]);
        Assert.Equal("usr/bin/tool", tree.Open("bin/tool")?.Entry.Path);
        Assert.Equal("usr/lib/os-release", tree.Open("etc/os-release")?.Entry.Path);
    }

    [Fact]
    public void ReadsTheCopyOfADamagedGpt()
    {
        Root("LABEL=usr-part", "LABEL=data");
        Gpt();
        RealTool.Bash("printf damaged | dd of=disk bs=1 seek=1100 conv=notrunc status=none", folder.Path);
        var read = Read("disk");
        Expect(read, "usr/bin/tool");
        Assert.Contains(read.Notes, n => n.Message.Contains("copy at the end", StringComparison.Ordinal));

        RealTool.Bash("printf damaged | dd of=disk bs=1 seek=$(($(stat -c %s disk) - 500)) conv=notrunc status=none", folder.Path);
        Assert.Contains("damaged", Assert.Throws<TargetException>(() => DiskTree.OpenFile(folder["disk"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MountsPrimaryAndLogicalPartitions()
    {
        RealTool.Require("sfdisk");
        Root("/dev/vda5", "UUID=cccccccc-0000-4000-8000-000000000009");
        RealTool.Run("truncate", ["-s", "200M", folder["disk"]]);
        RealTool.Run("sfdisk", ["-q", folder["disk"]], """
            label: dos
            label-id: 0x1234abcd
            start=2048, size=65536, type=83
            start=67584, size=340000, type=5
            start=69632, size=65536, type=83
            start=137216, size=65536, type=83
            """);
        DiskSamples.Put(folder["root.img"], folder["disk"], 2048L * 512);
        DiskSamples.Put(folder["usr.img"], folder["disk"], 69632L * 512);
        DiskSamples.Put(folder["data.img"], folder["disk"], 137216L * 512);
        var read = Read("disk");
        Expect(read, "usr/bin/tool", "@partition6/x");
        Assert.Contains(read.Notes, n => n.Path is "srv/some data" && n.Kind is Notes.Unreadable);
    }

    /// <summary>Metadata that LVM's own tools wrote: the label by pvcreate, the group by vgcreate, the volumes by vgcfgrestore, since without a device mapper lvcreate makes none.</summary>
    [Fact]
    public void MountsVolumesThatLvmItselfWrote()
    {
        RealTool.Require("losetup", "pvcreate", "vgcreate", "vgcfgrestore");
        Root("/dev/mapper/the--group-usr", "LABEL=data");
        RealTool.Run("sed", ["-i", "s|^UUID=[^ ]* /|/dev/mapper/the--group-root /|; s|^PARTLABEL.*||", folder["root/etc/fstab"]]);
        RealTool.Bash($"mke2fs -q -F -t ext4 -d root -U {RootUuid} root.img; truncate -s 192M disk; mkdir lvm; : > lvm/lvm.conf", folder.Path);
        var device = Loop(folder["disk"]);
        try
        {
            // Each change is a new text in the ring of metadata: many of them, so that the last one does not lie at its beginning.
            RealTool.Bash($$"""
                export LVM_SYSTEM_DIR=$PWD/lvm LVM_SUPPRESS_FD_WARNINGS=1
                pvcreate -q -y --devices {{device}} {{device}}
                vgcreate -q -s 1m --devices {{device}} the-group {{device}}
                for n in $(seq 40); do vgchange -q --devices {{device}} --addtag tag$n the-group; done
                vgcfgbackup -q --devices {{device}} -f text the-group
                /usr/bin/python3 - <<'END'
                text = open("text").read()
                def volume(name, number, *segments):
                    parts = []
                    for i, (start, count, places) in enumerate(segments):
                        stripes = ", ".join('"pv0", %d' % place for place in places)
                        size = " stripe_size = 128" if len(places) > 1 else ""
                        parts.append('segment%d { start_extent = %d extent_count = %d type = "striped" stripe_count = %d%s stripes = [ %s ] }' % (i + 1, start, count, len(places), size, stripes))
                    return '%s { id = "AAAAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAAA%d" status = ["READ", "WRITE", "VISIBLE"] flags = [] segment_count = %d %s }' % (name, number, len(segments), " ".join(parts))
                volumes = " ".join([volume("root", 1, (0, 20, [50]), (20, 10, [0])), volume("usr", 2, (0, 30, [80, 100])), volume("data", 3, (0, 30, [130]))])
                end = text.rindex("}")
                open("text", "w").write(text[:end] + "logical_volumes { " + volumes + " }" + chr(10) + text[end:])
                END
                vgcfgrestore -q --force --devices {{device}} -f text the-group
                pvs --noheadings -o pe_start --units s --nosuffix --devices {{device}} > start
                """, folder.Path);
        }
        finally
        {
            RealTool.Run("losetup", ["-d", device]);
        }

        RealTool.Run("/usr/bin/python3", ["-", folder.Path], """
            import sys
            folder = sys.argv[1]
            start, extent = int(float(open(f"{folder}/start").read())) * 512, 1 << 20
            root, usr, data = (open(f"{folder}/{name}.img", "rb").read() for name in ("root", "usr", "data"))
            with open(f"{folder}/disk", "r+b") as disk:
                def put(at, data): disk.seek(at); disk.write(data)
                put(start + 50 * extent, root[:20 * extent]); put(start, root[20 * extent:])
                for piece in range(len(usr) // 65536): put(start + (80, 100)[piece % 2] * extent + piece // 2 * 65536, usr[piece * 65536:][:65536])
                put(start + 130 * extent, data)
            """);
        var read = Read("disk");
        Expect(read, "usr/bin/tool", "srv/some data/x");
        Assert.All(read.Notes, n => Assert.False(n.Partial, n.ToString()));
    }

    /// <summary>A file as a block device. Whoever is not root, or has a kernel without them, gets none.</summary>
    private static string Loop(string file)
    {
        try
        {
            return RealTool.Run("losetup", ["-f", "--show", file]).Trim();
        }
        catch (InvalidOperationException e)
        {
            RealTool.Missing($"there are no loop devices here, without which LVM's tools write nothing: {e.Message}");
            throw;
        }
    }

    /// <summary>Metadata written by hand from the format's description (layout.h of LVM2), torn over the end of its ring as real tools leave it only after many changes.</summary>
    [Theory]
    [InlineData("/dev/mapper/the--group-usr")]
    [InlineData("/dev/the-group/usr")]
    public void MountsLogicalVolumes(string usr)
    {
        Root(usr, "LABEL=data");
        Lvm("striped", "striped");
        var read = Read("disk");
        Expect(read, "usr/bin/tool", "srv/some data/x");
        Assert.All(read.Notes, n => Assert.False(n.Partial, n.ToString()));
    }

    [Fact]
    public void VolumesThatAreNotReadAreNamed()
    {
        Root("/dev/the-group/usr", "LABEL=data");
        Lvm("thin", "striped");
        var notes = Read("disk").Notes;
        Assert.Contains(notes, n => n.Partial && n.Message.Contains("the-group/usr", StringComparison.Ordinal) && n.Message.Contains("thinly", StringComparison.Ordinal));
        Assert.Contains(notes, n => n.Partial && n.Path is "usr");

        RealTool.Bash("""
            truncate -s 100M luks; printf 'LUKS\xba\xbe\0\2' | dd of=luks conv=notrunc status=none
            truncate -s 100M nothing
            """, folder.Path);
        Assert.Contains("LUKS", Assert.Throws<TargetException>(() => DiskTree.OpenFile(folder["luks"])).Message, StringComparison.Ordinal);
        Assert.Throws<TargetException>(() => DiskTree.OpenFile(folder["nothing"]));
    }

    [Theory]
    [InlineData("compat=0.10")]
    [InlineData("compat=1.1,cluster_size=512")]
    [InlineData("compat=1.1,cluster_size=2M")]
    [InlineData("compat=1.1,extended_l2=on,cluster_size=128k")]
    [InlineData("compat=1.1,compression_type=zlib", "-c")]
    [InlineData("compat=1.1,compression_type=zstd,cluster_size=32k", "-c")]
    [InlineData("compat=0.10,cluster_size=2M", "-c")]
    public void AQcow2IsTheDiskItWasMadeOf(string options, params string[] more)
    {
        RealTool.Require("qemu-img");
        DiskSamples.Tree(folder["tree"], 400);
        DiskSamples.Ext(folder["raw"], folder["tree"], "150M", "-t", "ext4");
        RealTool.Run("qemu-img", ["convert", "-f", "raw", "-O", "qcow2", "-o", options, .. more, folder["raw"], folder["disk"]]);
        var read = Read("disk");
        Assert.Empty(read.Notes);
        Assert.Equal(Read("raw").Lines(), read.Lines());
    }

    [Theory]
    [InlineData("create -q -f qcow2 -b raw -F raw disk", "rests on another file")]
    [InlineData("create -q -f qcow2 -o data_file=data,data_file_raw=on disk 10M", "another file")]
    [InlineData("create -q -f vmdk disk 10M", "VMDK")]
    [InlineData("create -q -f vhdx disk 10M", "VHDX")]
    [InlineData("create -q -f vdi disk 10M", "VDI")]
    public void WhatIsNotReadIsRefusedByName(string arguments, string why)
    {
        RealTool.Require("qemu-img");
        RealTool.Run("truncate", ["-s", "10M", folder["raw"]]);
        RealTool.Run("qemu-img", arguments.Split(' '), folder: folder.Path);
        Assert.Contains(why, Assert.Throws<TargetException>(() => DiskTree.OpenFile(folder["disk"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ADiskIsRecognisedByItsContent()
    {
        RealTool.Require("qemu-img");
        Root("LABEL=usr-part", "LABEL=data");
        Gpt();
        RealTool.Run("qemu-img", ["convert", "-O", "qcow2", folder["disk"], folder["qcow"]]);
        DiskSamples.Xfs(folder["xfs"], folder["usr"], "40M");
        foreach (var name in new[] { "disk", "root.img", "qcow", "xfs" }) Assert.Equal(TargetKind.Disk, Targets.Recognise(folder[name]));
    }

    /// <summary>Three ext file systems: the root with an fstab, /usr, and one more.</summary>
    private void Root(string usr, string data)
    {
        RealTool.Require("sgdisk");
        RealTool.Bash($$"""
            mkdir -p root/etc root/usr root/boot usr/bin usr/lib data boot
            printf '# a comment\nUUID={{RootUuid}} / ext4 defaults 0 1\n{{usr}}\t/usr ext4 ro 0 2\n{{data}} /srv/some\\040data ext4 defaults 0 2\nPARTLABEL=boot /boot ext4 defaults 0 2\n/dev/sr0 /media udf noauto 0 0\ntmpfs /tmp tmpfs defaults 0 0\nUUID=ABCD-EF01 /boot/efi vfat umask=0077 0 1\n/dev/sdx1 /mnt ext4 nofail 0 2\n/swap none swap sw 0 0\n' > root/etc/fstab
            ln -s ../usr/lib/os-release root/etc/os-release; ln -s usr/bin root/bin; echo hidden > root/usr/hidden
            echo ID=x > usr/lib/os-release; echo tool > usr/bin/tool; echo x > data/x; echo k > boot/kernel
            for name in root:{{RootUuid}}:rootfs usr:{{UsrUuid}}:usr-part data:aaaaaaaa-0000-4000-8000-000000000004:data boot:aaaaaaaa-0000-4000-8000-000000000005:b; do
              IFS=: read -r what uuid label <<< "$name"
              truncate -s 30M $what.img; mke2fs -q -F -t ext4 -d $what -U $uuid -L $label $what.img
            done
            """, folder.Path);
    }

    private void Gpt()
    {
        RealTool.Bash("""
            truncate -s 200M disk
            sgdisk -n 1:2048:+1M -t 1:ef02 -n 2:8192:+32M -c 2:root -n 3:81920:+32M -c 3:the-usr -u 3:bbbbbbbb-0000-4000-8000-000000000003 -n 4:155648:+32M -n 5:229376:+32M -c 5:boot -n 6:303104:+8M -t 6:8200 disk > log
            printf 'EFI' | dd of=disk bs=1 seek=$((2048 * 512)) conv=notrunc status=none
            """, folder.Path);
        foreach (var (part, sector) in new[] { ("root", 8192L), ("usr", 81920), ("data", 155648), ("boot", 229376) }) DiskSamples.Put(folder[part + ".img"], folder["disk"], sector * 512);
    }

    /// <summary>A disk that is one physical volume: the root in two pieces, the second before the first, /usr dealt over two places by stripes of 64 KiB, and one more.</summary>
    private void Lvm(string usrType, string dataType)
    {
        RealTool.Run("sed", ["-i", "s|^UUID=[^ ]* /|/dev/mapper/the--group-root /|; s|^PARTLABEL.*||", folder["root/etc/fstab"]]);
        RealTool.Bash($"mke2fs -q -F -t ext4 -d root -U {RootUuid} root.img", folder.Path);
        RealTool.Run("/usr/bin/python3", ["-", folder.Path, usrType, dataType], """
            import struct, sys, zlib
            folder, usr_type, data_type = sys.argv[1:]
            def crc(data): return zlib.crc32(data, 0xF597A6CF ^ 0xFFFFFFFF) ^ 0xFFFFFFFF
            pv = "0123456789abcdefghijABCDEFGHIJKL"
            dashed = "-".join([pv[:6], pv[6:10], pv[10:14], pv[14:18], pv[18:22], pv[22:26], pv[26:]])
            extent, start = 1 << 20, 1 << 20
            text = '''# made by a test
            the-group {
            id = "x"
            seqno = 3
            status = ["RESIZEABLE", "READ", "WRITE"]
            flags = []
            extent_size = 2048		# 1 Megabyte
            physical_volumes {
            pv0 {
            id = "%s"
            device = "/dev/sda" # a hint
            pe_start = 2048
            pe_count = 190
            }
            }
            logical_volumes {
            root {
            id = "r"
            status = ["READ", "WRITE", "VISIBLE"]
            segment_count = 2
            segment1 { start_extent = 0
            extent_count = 20
            type = "striped"
            stripe_count = 1 # linear
            stripes = [ "pv0", 50 ]
            }
            segment2 { start_extent = 20
            extent_count = 10
            type = "striped"
            stripe_count = 1
            stripes = [ "pv0", 0 ]
            }
            }
            usr { id = "u"
            status = ["READ", "WRITE", "VISIBLE"]
            segment_count = 1
            segment1 { start_extent = 0
            extent_count = 30
            type = "%s"
            stripe_count = 2
            stripe_size = 128
            stripes = [ "pv0", 80, "pv0", 100 ]
            }
            }
            data { id = "d"
            status = ["READ", "WRITE", "VISIBLE"]
            segment_count = 1
            segment1 { start_extent = 0
            extent_count = 30
            type = "%s"
            stripe_count = 1
            stripes = [ "pv0", 130 ]
            }
            }
            hidden { id = "h"
            status = ["READ"]
            segment_count = 0
            }
            }
            }
            contents = "Text Format Volume Group"
            version = 1
            description = "a \\"quoted\\" word"
            creation_time = 1700000000
            ''' % (dashed, usr_type, data_type)
            text = text.encode() + b"\0"
            size = 192 << 20
            area, length = 4096, (1 << 20) - 4096
            ring = length - 100  # the text begins shortly before the end of its ring and goes on at the beginning
            header = b" LVM2 x[5A%r0N*>" + struct.pack("<IQQ", 1, area, length) + struct.pack("<QQII", ring, len(text), crc(text), 0)
            header = header.ljust(508, b"\0"); header = struct.pack("<I", crc(header)) + header
            body = pv.encode() + struct.pack("<Q", size) + struct.pack("<QQQQ", start, 0, 0, 0) + struct.pack("<QQQQ", area, length, 0, 0)
            label = struct.pack("<I8s", 32, b"LVM2 001") + body
            label = label.ljust(492, b"\0")
            label = b"LABELONE" + struct.pack("<QI", 1, crc(label)) + label
            read = lambda name: open(f"{folder}/{name}.img", "rb").read()
            with open(f"{folder}/disk", "wb") as disk:
                disk.truncate(size)
                def put(at, data): disk.seek(at); disk.write(data)
                put(512, label); put(area, header)
                put(area + ring, text[:100]); put(area + 512, text[100:])
                root, usr, data = read("root"), read("usr"), read("data")
                put(start + 50 * extent, root[:20 * extent]); put(start, root[20 * extent:])
                for piece in range(len(usr) // 65536): put(start + (80, 100)[piece % 2] * extent + piece // 2 * 65536, usr[piece * 65536:][:65536])
                put(start + 130 * extent, data)
            """);
    }

    private Recorder Read(string name)
    {
        using var tree = DiskTree.OpenFile(folder[name]);
        return Recorder.Of(tree);
    }

    private static void Expect(Recorder read, params string[] paths)
    {
        foreach (var path in paths) Assert.Contains(path, read.Entries.Keys);
        Assert.DoesNotContain("usr/hidden", read.Entries.Keys);
    }
}
