using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Flatpak;

/// <summary>The registration of <c>flatpak</c> packages. Nobody publishes advisories for them in an open form, so they have no order here.</summary>
public static class FlatpakEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "flatpak",
        Collectors = [new FlatpakApps()],
    };
}
