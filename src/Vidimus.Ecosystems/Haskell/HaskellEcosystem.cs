using Vidimus.Ecosystems.Versions;
using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Haskell;

/// <summary>The registration of <c>hackage</c> packages.</summary>
public static class HaskellEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "hackage",
        Versions = new NumberListVersions("hackage", hyphens: false, least: 1),
        AdvisoryEcosystem = "Hackage",
        Collectors = [new CabalFreeze(), new StackLock()],
    };
}
