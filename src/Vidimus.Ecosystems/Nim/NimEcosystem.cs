using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Nim;

/// <summary>The registration of <c>nimble</c> packages. Nobody publishes advisories for them in an open form, so they have no order here.</summary>
public static class NimEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "nimble",
        Collectors = [new NimbleLock()],
    };
}
