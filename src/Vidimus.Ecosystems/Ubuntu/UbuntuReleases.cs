namespace Vidimus.Ecosystems.Ubuntu;

/// <summary>Ubuntu's releases and the archives beside them, as its tracker and its OVAL call them, in the names of OSV's ecosystems.</summary>
internal static class UbuntuReleases
{
    private static readonly Dictionary<string, string> Numbers = new(StringComparer.Ordinal)
    {
        ["lucid"] = "10.04", ["precise"] = "12.04", ["quantal"] = "12.10", ["raring"] = "13.04", ["saucy"] = "13.10", ["trusty"] = "14.04", ["utopic"] = "14.10", ["vivid"] = "15.04", ["wily"] = "15.10", ["xenial"] = "16.04",
        ["yakkety"] = "16.10", ["zesty"] = "17.04", ["artful"] = "17.10", ["bionic"] = "18.04", ["cosmic"] = "18.10", ["disco"] = "19.04", ["eoan"] = "19.10", ["focal"] = "20.04", ["groovy"] = "20.10", ["hirsute"] = "21.04",
        ["impish"] = "21.10", ["jammy"] = "22.04", ["kinetic"] = "22.10", ["lunar"] = "23.04", ["mantic"] = "23.10", ["noble"] = "24.04", ["oracular"] = "24.10", ["plucky"] = "25.04", ["questing"] = "25.10", ["resolute"] = "26.04",
    };

    public static IReadOnlyCollection<string> Codenames => Numbers.Keys;

    /// <summary>
    /// The ecosystem of a release or of an archive of one: <c>focal</c>; <c>esm-infra/xenial</c>, <c>esm-apps/jammy</c> and the older <c>trusty/esm</c>, which OSV calls <c>Ubuntu:Pro:…</c> alike (a source package is in one of them);
    /// <c>fips</c>, <c>fips-updates</c>, <c>fips-preview</c>, <c>realtime</c>. Null for what is none of a server's (<c>upstream</c>, <c>devel</c>, snaps, phones) and for releases that this list does not know.
    /// </summary>
    public static string? Ecosystem(string name)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0) return Release(name);
        var (first, second) = (name[..slash], name[(slash + 1)..]);
        return (first, second) switch
        {
            (_, "esm") => Release(first) is { } old ? old.Replace("Ubuntu:", "Ubuntu:Pro:", StringComparison.Ordinal) : null,
            ("esm-infra" or "esm-apps" or "esm-infra-legacy" or "esm-apps-legacy", _) => Release(second)?.Replace("Ubuntu:", "Ubuntu:Pro:", StringComparison.Ordinal),
            ("fips", _) => Release(second)?.Replace("Ubuntu:", "Ubuntu:Pro:FIPS:", StringComparison.Ordinal),
            ("fips-updates", _) => Release(second)?.Replace("Ubuntu:", "Ubuntu:Pro:FIPS-updates:", StringComparison.Ordinal),
            ("fips-preview", _) => Release(second)?.Replace("Ubuntu:", "Ubuntu:Pro:FIPS-preview:", StringComparison.Ordinal),
            ("realtime", _) => Release(second) is { } release ? $"{release.Replace("Ubuntu:", "Ubuntu:Pro:", StringComparison.Ordinal)}:Realtime:Kernel" : null,
            _ => null,
        };
    }

    /// <summary>The ecosystem of a release by its number.</summary>
    public static string OfNumber(string number) => IsLongTerm(number) ? $"Ubuntu:{number}:LTS" : $"Ubuntu:{number}";

    /// <summary>The April release of every even year.</summary>
    private static bool IsLongTerm(string number) => number.Split('.') is [var year, "04"] && int.TryParse(year, out var value) && value % 2 == 0;

    private static string? Release(string codename) => Numbers.TryGetValue(codename, out var number) ? OfNumber(number) : null;
}
