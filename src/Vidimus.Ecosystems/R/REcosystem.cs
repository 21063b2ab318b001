using Vidimus.Ecosystems.Versions;
using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.R;

/// <summary>The registration of <c>cran</c> packages.</summary>
public static class REcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "cran",
        Versions = new NumberListVersions("cran", hyphens: true, least: 2),
        AdvisoryEcosystem = "CRAN",
        Collectors = [new RenvLock(), new RDescription()],
    };
}
