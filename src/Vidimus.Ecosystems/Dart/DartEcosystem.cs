using Vidimus.Ecosystems.Versions;
using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Dart;

/// <summary>The registration of <c>pub</c> packages.</summary>
public static class DartEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "pub",
        Versions = new SemVerVersions("pub", buildCounts: true),
        AdvisoryEcosystem = "Pub",
        Collectors = [new PubspecLock()],
    };
}
