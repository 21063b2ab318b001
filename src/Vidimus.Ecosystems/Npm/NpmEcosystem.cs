using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Npm;

/// <summary>The registration of <c>npm</c> packages.</summary>
public static class NpmEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "npm",
        Versions = new NpmVersions(),
        AdvisoryEcosystem = "npm",
        Feeds = ["nodejs", "retirejs"],
        NormalizeVersion = Comparable,
        Collectors =
        [
            new NodeModules(),
            new PackageLock(),
            new YarnLock(),
            new PnpmLock(),
            new BunLock(),
            new BunBinaryLock(),
            new DenoLock(),
        ],
    };

    /// <summary>npm itself takes a version with white space, equals signs and a <c>v</c> before it.</summary>
    private static string? Comparable(string version) => version.Trim().TrimStart('=', 'v', ' ') is { Length: > 0 } text ? text : null;
}
