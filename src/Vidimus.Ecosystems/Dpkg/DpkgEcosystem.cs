using Vidimus.Ecosystems.Chisel;
using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Dpkg;

/// <summary>The registration of <c>deb</c> packages.</summary>
public static class DpkgEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "deb",
        Versions = new DebVersions(),
        Collectors =
        [
            new DpkgStatus(),
            new DpkgMd5sums(),
            new ChiselManifest(),
        ],
    };
}
