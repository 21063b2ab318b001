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
        Collectors =
        [
        ],
    };
}
