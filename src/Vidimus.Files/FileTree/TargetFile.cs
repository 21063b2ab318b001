using Microsoft.Win32.SafeHandles;
using Vidimus.Model.Files;

namespace Vidimus.Files.FileTree;

/// <summary>Opens files that a person named.</summary>
internal static class TargetFile
{
    /// <exception cref="TargetException">It does not exist, is a folder or may not be read.</exception>
    public static SafeFileHandle Open(string path)
    {
        try
        {
            var file = File.OpenHandle(path);
            try
            {
                _ = RandomAccess.GetLength(file);
                return file;
            }
            catch (NotSupportedException)
            {
                file.Dispose();
                throw new TargetException($"{PathText.Display(path)} is not a regular file");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            var reason = e is FileNotFoundException or DirectoryNotFoundException ? "does not exist" : Directory.Exists(path) ? "is a folder, not a file" : "cannot be read";
            throw new TargetException($"{PathText.Display(path)} {reason}", e);
        }
    }
}
