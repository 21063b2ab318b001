using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Php;

/// <summary>The registration of <c>composer</c> packages.</summary>
public static class PhpEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "composer",
        Versions = new ComposerVersions(),
        AdvisoryEcosystem = "Packagist",
        NormalizeName = name => name.ToLowerInvariant(),
        Collectors =
        [
        ],
    };
}
