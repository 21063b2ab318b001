using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Conan;

/// <summary>The registration of <c>conan</c> packages. Nobody publishes advisories for them in an open form, so they have no order here.</summary>
public static class ConanEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "conan",
        Collectors = [new ConanLock()],
    };
}
