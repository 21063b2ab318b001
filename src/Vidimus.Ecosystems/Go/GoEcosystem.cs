using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Go;

/// <summary>The registration of <c>golang</c> packages.</summary>
public static class GoEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "golang",
        Versions = new GoVersions(),
        AdvisoryEcosystem = "Go",
        Collectors =
        [
            new GoBinary(),
        ],
    };
}
