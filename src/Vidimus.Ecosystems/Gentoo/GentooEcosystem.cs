using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Gentoo;

/// <summary>The registration of <c>portage</c> packages. Nobody publishes advisories for them in an open form, so they have no order here.</summary>
public static class GentooEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "portage",
        Collectors = [new PortagePackages()],
    };
}
