using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Php;

/// <summary>The registration of <c>composer</c> packages.</summary>
public static class PhpEcosystem
{
    /// <summary>Packages of PEAR and PECL. Nobody publishes advisories for them in an open form, so they have no order here.</summary>
    public static Ecosystem Pear { get; } = new() { Type = "pear", Collectors = [new PearRegistry()] };

    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "composer",
        Versions = new ComposerVersions(),
        AdvisoryEcosystem = "Packagist",
        Feeds = ["friendsofphp"],
        NormalizeName = name => name.ToLowerInvariant(),
        NormalizeVersion = Comparable,
        Collectors =
        [
            new ComposerLock(),
            new ComposerInstalled(),
        ],
    };

    /// <summary>Without the leading <c>v</c>. Branches, <c>dev-NAME</c> and <c>2.x-dev</c>, have no place in the order of releases.</summary>
    private static string? Comparable(string version)
    {
        var text = version.Trim();
        if (text is ['v' or 'V', >= '0' and <= '9', ..]) text = text[1..];
        var isBranch = text.StartsWith("dev-", StringComparison.OrdinalIgnoreCase) || text.EndsWith(".x-dev", StringComparison.OrdinalIgnoreCase);
        return text.Length == 0 || isBranch ? null : text;
    }
}
