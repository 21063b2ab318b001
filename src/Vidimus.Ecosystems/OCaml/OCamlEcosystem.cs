using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.OCaml;

/// <summary>The registration of <c>opam</c> packages.</summary>
public static class OCamlEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "opam",
        Versions = new OpamVersions(),
        AdvisoryEcosystem = "opam",
        Collectors = [new OpamInstalled(), new OpamLocked()],
    };
}
