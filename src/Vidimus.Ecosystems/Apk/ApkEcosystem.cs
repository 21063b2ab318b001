using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Apk;

/// <summary>The registration of <c>apk</c> packages.</summary>
public static class ApkEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "apk",
        Versions = new ApkVersions(),
        Collectors =
        [
            new ApkDatabase(),
        ],
    };
}
