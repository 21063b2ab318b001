using Vidimus.Ecosystems.Versions;
using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.GitHubActions;

/// <summary>The registration of <c>github</c> packages. OSV names them <c>owner/repository</c>.</summary>
public static class GitHubActionsEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "github",
        Versions = new SemVerVersions("github"),
        AdvisoryEcosystem = "GitHub Actions",
        NormalizeName = name => name.ToLowerInvariant(),
        NormalizeVersion = version => version.TrimStart('v') is var text && text.Split('.').Length >= 3 && char.IsAsciiDigit(text[0]) ? text : null,
        Collectors = [new Workflows()],
    };
}
