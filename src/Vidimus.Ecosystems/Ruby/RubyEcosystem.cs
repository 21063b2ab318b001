using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Ruby;

/// <summary>The registration of <c>gem</c> packages.</summary>
public static class RubyEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "gem",
        Versions = new GemVersions(),
        AdvisoryEcosystem = "RubyGems",
        Feeds = ["rubysec"],
        NormalizeVersion = version => version.Trim() is { Length: > 0 } text ? text : null,
        Collectors =
        [
            new InstalledGems(),
            new GemfileLock(),
        ],
    };
}
