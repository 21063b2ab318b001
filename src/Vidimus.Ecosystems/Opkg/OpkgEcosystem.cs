using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Opkg;

/// <summary>The registration of <c>opkg</c> packages. Nobody publishes advisories for them in an open form, so they have no order here.</summary>
public static class OpkgEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "opkg",
        Collectors = [new OpkgStatus()],
    };
}
