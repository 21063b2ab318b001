using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Pacman;

/// <summary>The registration of <c>alpm</c> packages (Arch Linux package manager), in the order of its vercmp.</summary>
public static class PacmanEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "alpm",
        Versions = new AlpmVersions(),
        Collectors = [new PacmanDesc()],
    };
}
