using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Nix;

/// <summary>The registration of <c>nix</c> packages. Nobody publishes advisories for them in an open form, so they have no order here.</summary>
public static class NixEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "nix",
        Collectors = [new NixStore()],
    };
}
