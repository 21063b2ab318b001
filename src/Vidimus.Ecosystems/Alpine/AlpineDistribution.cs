using Vidimus.Model.Matching;
using Os = Vidimus.Model.Inventory.OsRelease;

namespace Vidimus.Ecosystems.Alpine;

/// <summary>Alpine Linux: advisories name the origin package and the branch, <c>v3.19</c> or <c>edge</c>.</summary>
public static class AlpineDistribution
{
    public static Distribution Distribution { get; } = new()
    {
        Ids = ["alpine"],
        Family = "Alpine",
        PackageType = "apk",
        AdvisoryEcosystems = os => IsEdge(os) ? ["Alpine:edge", "Alpine"] : Branch(os) is { } branch ? [$"Alpine:v{branch}", "Alpine"] : [],
        BySource = true,
        Feeds = ["osv/Alpine", "alpine-secdb"],
        EndOfLifeProduct = "alpine-linux",
        EndOfLifeCycle = os => IsEdge(os) ? null : Branch(os),
    };

    /// <summary>Edge calls itself by the next release's number with <c>_alpha</c> and a day, and by its name.</summary>
    private static bool IsEdge(Os os) => os.VersionId?.Contains("_alpha", StringComparison.Ordinal) is true || os.Name?.EndsWith(" edge", StringComparison.Ordinal) is true;

    /// <summary>The first two numbers.</summary>
    private static string? Branch(Os os) => os.VersionId?.Split('.', '_') is [{ Length: > 0 } major, { Length: > 0 } minor, ..] ? $"{major}.{minor}" : null;
}
