using Vidimus.Ecosystems.Versions;
using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Swift;

/// <summary>The registration of <c>swift</c> packages. OSV names them by their repository: <c>github.com/user/name</c>.</summary>
public static class SwiftEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "swift",
        Versions = new SemVerVersions("swift"),
        AdvisoryEcosystem = "SwiftURL",
        NormalizeName = name => name.ToLowerInvariant(),
        NormalizeVersion = version => version.Length == 0 ? null : version,
        Collectors = [new PackageResolved()],
    };
}
