using Vidimus.Ecosystems.Versions;
using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Julia;

/// <summary>The registration of <c>julia</c> packages. OSV names them without their uuid.</summary>
public static class JuliaEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "julia",
        Versions = new SemVerVersions("julia", buildCounts: true),
        AdvisoryEcosystem = "Julia",
        Collectors = [new JuliaManifest()],
    };
}
