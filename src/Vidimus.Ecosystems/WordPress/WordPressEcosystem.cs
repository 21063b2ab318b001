using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.WordPress;

/// <summary>The registration of <c>wordpress</c> packages. Nobody publishes advisories for them in an open form, so they have no order here.</summary>
public static class WordPressEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "wordpress",
        Collectors = [new WordPressFiles()],
    };
}
