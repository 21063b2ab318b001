using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Gentoo;

/// <summary>The registration of <c>portage</c> packages. Advisories name a package with its category.</summary>
public static class GentooEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "portage",
        Versions = new GentooVersions(),
        NormalizeVersion = version => version.Split("::", 2)[0] is { Length: > 0 } text ? text : null,
        AdvisoryName = package => $"{package.Namespace}/{package.Name}",
        Collectors = [new PortagePackages()],
    };
}
