using Vidimus.Advisories;
using Vidimus.Model.Advisories;
using Vidimus.Model.Matching;

namespace Vidimus.Matching;

/// <summary>The versions that end a match.</summary>
/// <param name="Nearest">The lowest version above the installed one at which the deciding records hold no more; null when there is none.</param>
/// <param name="All">Every version above the installed one at which a range of the evidence ends, ascending.</param>
public sealed record Fixes(string? Nearest, IReadOnlyList<string> All)
{
    /// <summary>Finds them. The matcher's own look-up judges each, so a fix of one branch that another record still holds for is none; one range alone holds no more at its next fix.</summary>
    internal static Fixes Of(Matcher matcher, FiledVersion filed, int vulnerability, IReadOnlyList<BookAffected> evidence, MatchList scratch)
    {
        if (matcher.SchemeOf(filed) is not { } scheme) return new(null, []);
        var all = new List<string>();
        foreach (var range in evidence.SelectMany(e => e.Ranges).Where(r => r.Readable))
        {
            all.AddRange(range.Events.Where(e => e.Kind == RangeEventKind.Fixed && (!scheme.IsValid(filed.Version) || scheme.Compare(e.Version, filed.Version) > 0)).Select(e => e.Version));
        }

        if (all.Count == 0) return new(null, []);
        all = [.. all.Distinct(StringComparer.Ordinal)];
        all.Sort((a, b) => scheme.Compare(a, b) is not 0 and var order ? order : string.CompareOrdinal(a, b));
        var isPlain = evidence is [{ Ranges.Count: 1, Versions.Count: 0 }];
        return new(isPlain ? all[0] : all.Find(fix => !Holds(matcher, filed with { Version = fix }, vulnerability, scratch)), all);
    }

    private static bool Holds(Matcher matcher, FiledVersion version, int vulnerability, MatchList scratch)
    {
        matcher.Find(version, scratch);
        for (var i = 0; i < scratch.Count; i++)
        {
            if (scratch.Vulnerability(i) == vulnerability) return true;
        }

        return false;
    }
}
