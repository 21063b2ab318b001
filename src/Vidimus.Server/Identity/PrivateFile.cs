using Vidimus.Server.CommandLine;

namespace Vidimus.Server.Identity;

/// <summary>Files that only their owner may read.</summary>
internal static class PrivateFile
{
    /// <summary>Writes a new file with mode 0600. One that is there is never replaced.</summary>
    /// <exception cref="UnfinishedException">It is there already.</exception>
    public static void Write(string path, string text)
    {
        using var file = Create(path);
        file.Write(System.Text.Encoding.UTF8.GetBytes(text));
        file.Flush(flushToDisk: true);
    }

    /// <summary>A new file with mode 0600, made with that mode so that nobody can open it in between.</summary>
    /// <exception cref="UnfinishedException">It is there already.</exception>
    public static FileStream Create(string path)
    {
        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        if (File.Exists(full)) throw new UnfinishedException($"{full} is there already and is not overwritten");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new(full, options);
    }
}
