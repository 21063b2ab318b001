using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Arch;

/// <summary>Arch Linux: one rolling release; its tracker names the binary packages.</summary>
public static class ArchLinux
{
    public static Distribution Distribution { get; } = new()
    {
        Ids = ["arch"],
        Family = "Arch Linux",
        PackageType = "alpm",
        AdvisoryEcosystems = _ => ["Arch Linux"],
        BySource = false,
        IsOwn = package => package.Vendor is not { } packager || packager.EndsWith("@archlinux.org>", StringComparison.Ordinal),
        Feeds = ["arch"],
    };
}
