namespace Vidimus.Testing;

/// <summary>The files of Debian packages, fetched once with <c>apt-get download</c> and unpacked into the cache, never installed.</summary>
public static class DebianFiles
{
    /// <summary>The folder with a package's files, and its version as dpkg has it.</summary>
    public static (string Folder, string Version) Of(string package)
    {
        RealTool.Require("apt-get", "dpkg-deb");
        var folder = Places.Cache(Path.Combine("debs", package));
        var mark = Path.Combine(folder, "version");
        using var turn = DebianRoot.Turn(folder + ".lock");
        if (!File.Exists(mark))
        {
            var (exit, _, error) = RealTool.Try("apt-get", ["download", "-q", package], folder: folder);
            if (exit != 0) RealTool.Missing($"{package} could not be fetched: {error}");
            RealTool.Bash("dpkg-deb -x ./*.deb files; dpkg-deb -f ./*.deb Version > version.new; rm ./*.deb; mv version.new version", folder);
        }

        return (Path.Combine(folder, "files"), File.ReadAllText(mark).Trim());
    }

    /// <summary>The upstream part of a Debian version: without epoch, revision and what repacking adds.</summary>
    public static string Upstream(string version)
    {
        var text = version[(version.IndexOf(':', StringComparison.Ordinal) + 1)..];
        if (text.LastIndexOf('-') is > 0 and var dash) text = text[..dash];
        foreach (var mark in new[] { "+really", "+dfsg", ".dfsg", "+ds", "~dfsg", "-stable" })
        {
            if (text.IndexOf(mark, StringComparison.Ordinal) is >= 0 and var at) text = mark is "+really" ? text[(at + mark.Length)..] : text[..at];
        }

        return text;
    }
}
