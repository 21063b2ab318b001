using Vidimus.Ecosystems.AzureLinux;
using Vidimus.Ecosystems.Bottlerocket;
using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Rpm;

/// <summary>The registration of <c>rpm</c> packages.</summary>
public static class RpmEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "rpm",
        Versions = new RpmVersions(),
        Collectors =
        [
            new RpmDatabase(),
            new ContainerManifest(),
            new BottlerocketInventory(),
        ],
    };
}
