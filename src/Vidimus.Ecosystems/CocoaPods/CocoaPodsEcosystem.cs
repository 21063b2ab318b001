using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.CocoaPods;

/// <summary>The registration of <c>cocoapods</c> packages. Nobody publishes advisories for them in an open form, so they have no order here.</summary>
public static class CocoaPodsEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "cocoapods",
        Collectors = [new PodfileLock()],
    };
}
