namespace Vidimus.Ecosystems.Debian;

/// <summary>Debian's releases by their codenames: a suite carries no number before it is released, and the lists of the security team name it so ever after.</summary>
internal static class DebianReleases
{
    private static readonly Dictionary<string, string> Numbers = new(StringComparer.Ordinal)
    {
        ["woody"] = "3.0", ["sarge"] = "3.1", ["etch"] = "4", ["lenny"] = "5",
        ["squeeze"] = "6", ["wheezy"] = "7", ["jessie"] = "8", ["stretch"] = "9", ["buster"] = "10", ["bullseye"] = "11", ["bookworm"] = "12", ["trixie"] = "13", ["forky"] = "14", ["duke"] = "15",
    };

    public static string? Number(string codename) => Numbers.GetValueOrDefault(codename);

    public static string? Ecosystem(string codename) => Number(codename) is { } number ? $"Debian:{number}" : null;
}
