using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Python;

/// <summary>The registration of <c>pypi</c> packages.</summary>
public static class PythonEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "pypi",
        Versions = new PypiVersions(),
        AdvisoryEcosystem = "PyPI",
        Collectors =
        [
        ],
    };
}
