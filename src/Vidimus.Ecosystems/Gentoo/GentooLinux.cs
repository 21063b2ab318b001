using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Gentoo;

/// <summary>Gentoo: one rolling release; its advisories name a package with its category.</summary>
public static class GentooLinux
{
    public static Distribution Distribution { get; } = new()
    {
        Ids = ["gentoo"],
        Family = "Gentoo",
        PackageType = "portage",
        AdvisoryEcosystems = _ => ["Gentoo"],
        BySource = false,
        Feeds = ["gentoo"],
    };
}
