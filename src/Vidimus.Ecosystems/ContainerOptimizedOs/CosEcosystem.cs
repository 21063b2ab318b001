using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.ContainerOptimizedOs;

/// <summary>The registration of <c>cos</c> packages. Nobody publishes advisories for them in an open form, so they have no order here.</summary>
public static class CosEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "cos",
        Collectors = [new CosPackages()],
    };
}
