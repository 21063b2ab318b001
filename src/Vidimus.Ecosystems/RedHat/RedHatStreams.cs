using System.Globalization;
using Vidimus.Ecosystems.Rpm;
using Vidimus.Ecosystems.Versions;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.RedHat;

/// <summary>The ranges of a vulnerability that was fixed in several minor releases of one product.</summary>
/// <remarks>
/// Red Hat builds a fix for 9.2 as <c>7.76.1-23.el9_2.4</c> while 9.3 gets <c>7.76.1-26.el9_3.2</c>: both are fixes of <c>enterprise_linux:9</c>, and "below the highest" would call the first vulnerable. Builds for an older
/// minor release keep the first number of their release, so everything from the lowest fix on that begins with it has the fix, and the next fix speaks of what begins with a higher one.
/// </remarks>
internal static class RedHatStreams
{
    private static readonly RpmVersions Order = new();

    /// <param name="fixes">The versions that fix it.</param>
    public static IReadOnlyList<VersionRange> Ranges(IEnumerable<string> fixes)
    {
        var sorted = fixes.Distinct(StringComparer.Ordinal).ToList();
        sorted.Sort((a, b) => Order.Compare(a, b));
        var ranges = new List<VersionRange>();
        var from = "0";
        foreach (var fix in sorted)
        {
            if (from == "0" || Order.Compare(from, fix) < 0) ranges.Add(VersionRange.Between(from, fix));
            from = Next(fix);
            if (from == "0") break;
        }

        return ranges;
    }

    /// <summary>Where the builds that begin like this one end: its version with the first number of its release one higher; <c>0</c> when there is no such number.</summary>
    private static string Next(string version)
    {
        var dash = version.LastIndexOf('-');
        if (dash < 0) return "0";
        var digits = Numbers.Length(version.AsSpan(dash + 1));
        return digits is > 0 and < 18 && long.TryParse(version.AsSpan(dash + 1, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? string.Create(CultureInfo.InvariantCulture, $"{version[..dash]}-{number + 1}")
            : "0";
    }
}
