using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Vcpkg;

/// <summary>The registration of <c>vcpkg</c> packages. Nobody publishes advisories for them in an open form, so they have no order here.</summary>
public static class VcpkgEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "vcpkg",
        Collectors = [new VcpkgStatus()],
    };
}
