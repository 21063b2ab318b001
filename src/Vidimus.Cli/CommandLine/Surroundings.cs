namespace Vidimus.Cli.CommandLine;

/// <summary>What the process stands in: folders, clock, terminal.</summary>
internal static class Surroundings
{
    public static TimeProvider Time => TimeProvider.System;

    /// <summary>Where books, snapshots and layers' facts are kept: <c>VIDIMUS_DATA</c>, else the user's cache folder.</summary>
    public static string DataFolder =>
        Environment.GetEnvironmentVariable("VIDIMUS_DATA") is { Length: > 0 } named ? named
        : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? Path.Combine(cache, "vidimus")
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home ? home : Path.GetTempPath(), ".cache", "vidimus");

    public static string Version => typeof(Surroundings).Assembly.GetName().Version is { } v ? $"{v.Major}.{v.Minor}.{v.Build}" : "0.0.0";

    /// <summary>Whether a person reads standard output at a terminal and wants colours (<c>NO_COLOR</c> and a dumb terminal say no).</summary>
    public static bool Colour => !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null or "" && Environment.GetEnvironmentVariable("TERM") is not "dumb";

    /// <summary>The terminal's width; 120 where there is none.</summary>
    public static int Width => Console.IsOutputRedirected || Console.WindowWidth <= 0 ? 120 : Console.WindowWidth;
}
