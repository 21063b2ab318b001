using Vidimus.Model.Advisories;
using Vidimus.Model.Matching;
using Vidimus.Model.Versions;

namespace Vidimus.Advisories;

/// <summary>Evaluates ranges as OSV's schema says under "Evaluation".</summary>
internal static class OsvRanges
{
    /// <summary>Whether an event's version is a sign and no version: <c>0</c> where a range begins stands before every version, <c>*</c> as a limit beyond all.</summary>
    public static bool IsOpen(RangeEventKind kind, string version) => (kind, version) is (RangeEventKind.Introduced, "0") or (RangeEventKind.Limit, "*");

    /// <summary>Events at the same version: introduced first, fixed last, and behind it what begins right behind.</summary>
    public static int Turn(RangeEventKind kind) => kind switch
    {
        RangeEventKind.Introduced => 0,
        RangeEventKind.LastAffected => 1,
        RangeEventKind.Fixed => 2,
        _ => 3,
    };

    /// <summary>Whether a position is in a range whose events are sorted by position and <see cref="Turn"/>.</summary>
    public static bool Holds(ReadOnlySpan<(RangeEventKind Kind, int Position)> events, int position)
    {
        var limits = 0;
        var below = false;
        var affected = false;
        foreach (var (kind, at) in events)
        {
            switch (kind)
            {
                case RangeEventKind.Introduced when position >= at:
                    affected = true;
                    break;
                case RangeEventKind.IntroducedAfter when position > at:
                    affected = true;
                    break;
                case RangeEventKind.Fixed when position >= at:
                case RangeEventKind.LastAffected when position > at:
                    affected = false;
                    break;
                case RangeEventKind.Limit:
                    limits++;
                    below |= position < at;
                    break;
            }
        }

        return affected && (limits == 0 || below);
    }

    /// <summary>Whether a range holds a version, its events in any order: the last event that the version has come to decides.</summary>
    public static bool Holds(VersionRange range, ReadOnlySpan<char> version, IVersionScheme scheme)
    {
        RangeEvent? last = null;
        bool limited = false, below = false;
        foreach (var e in range.Events)
        {
            var isOpen = IsOpen(e.Kind, e.Version);
            var order = isOpen ? e.Kind == RangeEventKind.Introduced ? 1 : -1 : scheme.Compare(version, e.Version);
            if (e.Kind == RangeEventKind.Limit)
            {
                limited = true;
                below |= order < 0;
            }
            else if (order > 0 || (order == 0 && (e.Kind is RangeEventKind.Introduced or RangeEventKind.Fixed)))
            {
                if (last is not { } before || Follows(e, before, scheme)) last = e;
            }
        }

        return last is { Kind: RangeEventKind.Introduced or RangeEventKind.IntroducedAfter } && (!limited || below);
    }

    /// <summary>Whether an event stands behind another.</summary>
    private static bool Follows(RangeEvent e, RangeEvent other, IVersionScheme scheme)
    {
        if (IsOpen(e.Kind, e.Version)) return false;
        if (IsOpen(other.Kind, other.Version)) return true;
        var order = scheme.Compare(e.Version, other.Version);
        return order > 0 || (order == 0 && Turn(e.Kind) > Turn(other.Kind));
    }

    /// <summary>Whether a range of the plain form, one introduction and at most one end, holds a version. Other forms give false: a version that is listed beside them is kept.</summary>
    public static bool Holds(VersionRange range, string version, Ecosystem ecosystem)
    {
        string? from = null;
        string? end = null;
        var last = false;
        foreach (var (kind, text) in range.Events)
        {
            if (kind == RangeEventKind.Introduced && from is null) from = text;
            else if (kind is RangeEventKind.Fixed or RangeEventKind.LastAffected && end is null) (end, last) = (text, kind == RangeEventKind.LastAffected);
            else return false;
        }

        return from is not null && ecosystem.Versions.IsValid(version)
            && (from == "0" || Compare(version, from, ecosystem) is >= 0)
            && (end is null || Compare(version, end, ecosystem) is { } order && (last ? order <= 0 : order < 0));
    }

    private static int? Compare(string version, string border, Ecosystem ecosystem) =>
        ecosystem.NormalizeVersion(border) is { } text && ecosystem.Versions.IsValid(text) ? ecosystem.Versions.Compare(version, text) : null;
}
