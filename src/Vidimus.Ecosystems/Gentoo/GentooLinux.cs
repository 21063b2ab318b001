using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Gentoo;

/// <summary>Gentoo: one rolling release; its advisories name a package with its category.</summary>
public static class GentooLinux
{
    /// <summary>The registration of Portage's packages, whose name is <c>category/name</c>.</summary>
    public static Ecosystem Ecosystem { get; } = new() { Type = "ebuild", Versions = new GentooVersions(), NormalizeVersion = version => version.Split("::", 2)[0] is { Length: > 0 } text ? text : null };

    public static Distribution Distribution { get; } = new()
    {
        Ids = ["gentoo"],
        Family = "Gentoo",
        PackageType = "ebuild",
        AdvisoryEcosystems = _ => ["Gentoo"],
        BySource = false,
        Feeds = ["gentoo"],
    };
}
