using Vidimus.Model.Files;

namespace Vidimus.Cli.CommandLine;

/// <summary>Where results go.</summary>
internal static class OutputFile
{
    /// <summary>Writes to standard output, or to a file that has its new content whole or not at all.</summary>
    /// <param name="path">Null or <c>-</c> for standard output.</param>
    /// <exception cref="UnfinishedException">The file can't be written.</exception>
    public static void Write(string? path, Action<Stream> write)
    {
        if (path is null or "-")
        {
            using var output = new BufferedStream(Console.OpenStandardOutput(), 64 << 10);
            write(output);
            return;
        }

        if (path.StartsWith("/dev/", StringComparison.Ordinal))
        {
            using var device = File.OpenWrite(path); // a device can't be replaced
            write(device);
            return;
        }

        if (Directory.Exists(path)) throw new UnfinishedException($"{PathText.Display(path)} is a folder; name a file");
        var full = Path.GetFullPath(path);
        var temporary = $"{full}.{Environment.ProcessId}.tmp";
        try
        {
            using (var output = File.Create(temporary, 64 << 10)) write(output);
            File.Move(temporary, full, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(temporary)) File.Delete(temporary);
            throw new UnfinishedException($"{PathText.Display(path)} can't be written: {e.Message.Replace(temporary, full, StringComparison.Ordinal)}", e);
        }
    }
}
