using System.Runtime.InteropServices;

namespace Vidimus.Files.FileTree.Live;

/// <summary>The system calls that read files relative to an open folder; .NET's own take whole paths of valid UTF-16 and follow every link on the way.</summary>
internal static unsafe partial class LinuxFiles
{
    public const int CurrentFolder = -100;

    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;
    public const int PathOnly = 0x200000;

    public const int NoFollowStat = 0x100;
    public const int NoAutomount = 0x800;
    public const int EmptyPath = 0x1000;
    public const int DontSync = 0x4000;

    public const int NoEntry = 2;
    public const int Interrupted = 4;
    public const int NotFolder = 20;
    public const int TooManyLinks = 40;

    private static readonly bool OwnFlags = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm or Architecture.Ppc64le;

    /// <summary>These two differ by architecture (asm/fcntl.h).</summary>
    public static int FolderOnly { get; } = OwnFlags ? 0x4000 : 0x10000;

    public static int NoFollow { get; } = OwnFlags ? 0x8000 : 0x20000;

    /// <summary>Opens a folder to read it, never through a link.</summary>
    public static int OpenFolder(int folder, byte* name) => Open(folder, name, FolderOnly | NoFollow | NonBlocking | CloseOnExec);

    /// <summary>Opens a file to read it, never through a link and never waiting for the other end of a pipe.</summary>
    public static int OpenFile(int folder, byte* name) => Open(folder, name, NoFollow | NonBlocking | CloseOnExec);

    /// <summary>A file descriptor, or -1 with the error in <see cref="Marshal.GetLastPInvokeError"/>.</summary>
    public static int Open(int folder, byte* name, int flags)
    {
        while (true)
        {
            var fd = OpenAt(folder, name, flags, 0);
            if (fd >= 0 || Marshal.GetLastPInvokeError() is not Interrupted) return fd;
        }
    }

    /// <summary>Reads folder entries (linux_dirent64). By number: the C libraries do not agree on a name for it.</summary>
    public static nint ReadFolder(int folder, byte* buffer, nint length) =>
        SystemCall(RuntimeInformation.ProcessArchitecture is Architecture.X64 ? 217 : 61, folder, buffer, length);

    /// <summary>The file system's magic number (linux/magic.h), 0 when it cannot be told.</summary>
    public static uint FileSystem(int fd)
    {
        var answer = stackalloc long[32];
        return FStatFs(fd, answer) == 0 ? (uint)answer[0] : 0;
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    public static partial int Stat(int folder, byte* name, int flags, uint mask, StatX* stat);

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true)]
    public static partial nint ReadLink(int folder, byte* name, byte* target, nint length);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int fd);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    private static partial int OpenAt(int folder, byte* name, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "fstatfs")]
    private static partial int FStatFs(int fd, long* answer);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint folder, byte* buffer, nint length);
}

/// <summary><c>struct statx</c> of linux/stat.h, the members we read.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct StatX
{
    /// <summary>Type, mode, owner, times, inode and size (STATX_BASIC_STATS).</summary>
    public const uint All = 0x7FF;

    /// <summary>Type and inode alone.</summary>
    public const uint Identity = 0x101;

    [FieldOffset(20)] public uint Uid;
    [FieldOffset(24)] public uint Gid;
    [FieldOffset(28)] public ushort TypeAndMode;
    [FieldOffset(32)] public ulong Inode;
    [FieldOffset(40)] public ulong Size;
    [FieldOffset(112)] public long ModifiedSeconds;
    [FieldOffset(120)] public uint ModifiedNanoseconds;
    [FieldOffset(136)] public ulong Device;

    public readonly bool IsFolder => (TypeAndMode & 0xF000) == 0x4000;
    public readonly bool IsFile => (TypeAndMode & 0xF000) == 0x8000;
    public readonly bool IsLink => (TypeAndMode & 0xF000) == 0xA000;
    public readonly bool IsExecutable => (TypeAndMode & 0b001_001_001) != 0;
}
