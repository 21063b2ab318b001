using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Snap;

/// <summary>The registration of <c>snap</c> packages. Nobody publishes advisories for them in an open form, so they have no order here.</summary>
public static class SnapEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "snap",
        Collectors = [new SnapMeta()],
    };
}
