using System.Runtime.CompilerServices;

namespace Vidimus.Testing;

/// <summary>Where tests find things: the repository, the shared data beside it, a cache for what is slow to make.</summary>
public static class Places
{
    /// <summary>The repository's root.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>The shared reference data beside the repository; the test is skipped (failed in CI) when it is absent.</summary>
    public static string Shared(string path = "")
    {
        var folder = Environment.GetEnvironmentVariable("VIDIMUS_SHARED") ?? Path.Combine(Repository, "..", "shared");
        if (!Directory.Exists(folder)) RealTool.Missing($"the shared data folder is absent: {folder}");
        return Path.GetFullPath(Path.Combine(folder, path));
    }

    /// <summary>A folder outside the tree for what is made once and kept: debootstrap'd roots, compiled judges.</summary>
    public static string Cache(string name)
    {
        var folder = Path.Combine(Environment.GetEnvironmentVariable("VIDIMUS_TEST_CACHE") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "vidimus-tests"), name);
        Directory.CreateDirectory(folder);
        return folder;
    }

    /// <summary>A new empty folder that is removed when disposed.</summary>
    public static TemporaryFolder Temporary() => new(Directory.CreateTempSubdirectory("vidimus-test-").FullName);

    private static string FindRepository([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}

/// <summary>A folder for one test.</summary>
public sealed class TemporaryFolder(string path) : IDisposable
{
    public string Path { get; } = path;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>By rm, as .NET's own removal cannot name what is not UTF-8.</summary>
    public void Dispose() => RealTool.Run("rm", ["-rf", Path]);
}
