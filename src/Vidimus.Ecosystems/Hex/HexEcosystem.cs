using Vidimus.Ecosystems.Versions;
using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Hex;

/// <summary>The registration of <c>hex</c> packages. Elixir, Erlang and Gleam share their registry.</summary>
public static class HexEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "hex",
        Versions = new SemVerVersions("hex"),
        AdvisoryEcosystem = "Hex",
        Collectors = [new MixLock(), new RebarLock(), new GleamManifest()],
    };
}
