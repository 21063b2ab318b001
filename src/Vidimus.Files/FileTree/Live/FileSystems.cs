namespace Vidimus.Files.FileTree.Live;

/// <summary>What lies behind a mount point.</summary>
internal enum MountKind : byte
{
    Local,

    /// <summary>The kernel's views of itself: no files of anyone's.</summary>
    Pseudo,

    /// <summary>Another machine's files, or a program's: entering may hang, and they are not this machine's.</summary>
    Network,
}

/// <summary>Tells file systems by their magic numbers (linux/magic.h and the file systems' own headers).</summary>
internal static class FileSystems
{
    /// <summary>Of tmpfs and, as it pretends to be one, devtmpfs.</summary>
    public const uint Tmpfs = 0x01021994;

    public static MountKind KindOf(uint magic) => magic switch
    {
        0x9FA0 or 0x62656572 or 0x27E0EB or 0x63677270 or 0x64626720 or 0x74726163 or 0x1CD1 or 0xCAFE4A11 or 0x73636673 or 0xF97CFF8C
            or 0x19800202 or 0x42494E4D or 0xDE5E81E4 or 0x6165676C or 0x958458F6 or 0x62656570 or 0x65735543 or 0x5A3C69F0 or 0x50494446
            or 0x6E736673 or 0x67596969 or 0x7655821 or 0xBAD1DEA or 0x9FA1 or 0x43415D53 => MountKind.Pseudo, // proc sysfs cgroup 1 and 2 debugfs tracefs devpts bpf securityfs selinux mqueue binfmt efivarfs pstore hugetlbfs configfs fusectl apparmor pidfd nsfs rpc_pipefs resctrl futexfs openprom smackfs
        0x6969 or 0xFF534D42 or 0xFE534D42 or 0x517B or 0x01021997 or 0x00C36400 or 0x65735546 or 0x0187 or 0x6B414653 or 0x5346414F or 0x73757245
            or 0x0BD00BD0 or 0x47504653 or 0x564C or 0x7461636F or 0xAAD7AAEA or 0x19830326 or 0x786F4256 or 0xBACBACBC => MountKind.Network, // nfs cifs smb3 smb 9p ceph fuse autofs afs openafs coda lustre gpfs ncp ocfs2 panfs beegfs vboxsf vmhgfs
        _ => MountKind.Local,
    };
}
