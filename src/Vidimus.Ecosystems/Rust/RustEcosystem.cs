using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Rust;

/// <summary>The registration of <c>cargo</c> packages.</summary>
public static class RustEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "cargo",
        Versions = new CargoVersions(),
        AdvisoryEcosystem = "crates.io",
        Collectors =
        [
            new CargoLock(),
            new RustAuditable(),
        ],
    };
}
