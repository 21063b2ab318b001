using System.Text;
using Microsoft.Win32.SafeHandles;
using Vidimus.Files.FileTree.Live;
using Vidimus.Model.Files;

namespace Vidimus.Files.FileTree;

/// <summary>Opens files that a person named.</summary>
internal static class TargetFile
{
    /// <exception cref="TargetException">It does not exist, is no regular file or may not be read.</exception>
    public static SafeFileHandle Open(string path)
    {
        try
        {
            return IsSpecial(path) ? throw new TargetException($"{PathText.Display(path)} is not a regular file") : File.OpenHandle(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            var reason = e is FileNotFoundException or DirectoryNotFoundException ? "does not exist" : Directory.Exists(path) ? "is a folder, not a file" : "cannot be read";
            throw new TargetException($"{PathText.Display(path)} {reason}", e);
        }
    }

    /// <summary>Whether it is a pipe, a socket or a device; to open one may wait forever.</summary>
    private static unsafe bool IsSpecial(string path)
    {
        if (!OperatingSystem.IsLinux()) return false;

        StatX stat;
        fixed (byte* name = Encoding.UTF8.GetBytes(path + "\0"))
        {
            return LinuxFiles.Stat(LinuxFiles.CurrentFolder, name, 0, StatX.Identity, &stat) == 0 && !stat.IsFile && !stat.IsFolder;
        }
    }
}
