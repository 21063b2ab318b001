using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Conda;

/// <summary>The registration of <c>conda</c> packages. Nobody publishes advisories for them in an open form, so they have no order here.</summary>
public static class CondaEcosystem
{
    public static Ecosystem Ecosystem { get; } = new() { Type = "conda", NormalizeName = name => name.ToLowerInvariant(), Collectors = [new CondaMeta()] };
}
