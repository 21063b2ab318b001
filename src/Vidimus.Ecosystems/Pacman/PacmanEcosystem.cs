using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Pacman;

/// <summary>The registration of <c>alpm</c> packages (Arch Linux package manager). Arch publishes no advisories in a form that is read here yet, so they have no order.</summary>
public static class PacmanEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "alpm",
        Collectors = [new PacmanDesc()],
    };
}
