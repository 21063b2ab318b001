using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.DotNet;

/// <summary>The registration of <c>nuget</c> packages.</summary>
public static class DotNetEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "nuget",
        Versions = new NugetVersions(),
        AdvisoryEcosystem = "NuGet",
        Feeds = ["dotnet"],
        NormalizeName = name => name.ToLowerInvariant(),
        Collectors =
        [
            new DotNetDeps(),
            new PackagesLock(),
            new PackagesConfig(),
            new ProjectAssets(),
            new CentralPackages(),
            new PeVersions(),
            new NugetPackageFolder(),
        ],
    };
}
