namespace Vidimus.Ecosystems.Perl;

/// <summary>CPAN's names of distributions: <c>Name-Of-It-1.23</c>.</summary>
internal static class CpanName
{
    /// <summary>Parts at the last hyphen before a digit or a <c>v</c> and a digit.</summary>
    public static bool TryParse(string distribution, out string name, out string version)
    {
        for (var at = distribution.Length - 2; at > 0; at--)
        {
            if (distribution[at] is not '-' || !(char.IsAsciiDigit(distribution[at + 1]) || (distribution[at + 1] is 'v' && at + 2 < distribution.Length && char.IsAsciiDigit(distribution[at + 2])))) continue;
            (name, version) = (distribution[..at], distribution[(at + 1)..]);
            return true;
        }

        (name, version) = ("", "");
        return false;
    }

    /// <summary>The author of <c>A/AU/AUTHOR/…</c>, or null.</summary>
    public static string? Author(string pathname) => pathname.Split('/') is [[_], [_, _], { Length: > 0 } author, ..] ? author : null;
}
