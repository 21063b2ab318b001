using Vidimus.Model.Advisories;
using Vidimus.Model.Versions;

namespace Vidimus.Ecosystems.Versions;

/// <summary>A run of versions between two borders, each part of it or not; null for no border.</summary>
internal readonly record struct VersionRun(string? Low, bool WithLow, string? High, bool WithHigh)
{
    public static VersionRun All => default;

    public static VersionRun Only(string version) => new(version, true, version, true);

    public static VersionRun From(string version, bool included) => new(version, included, null, false);

    public static VersionRun To(string version, bool included) => new(null, false, version, included);

    public VersionRange ToRange()
    {
        List<RangeEvent> events = [Low is null ? new(RangeEventKind.Introduced, "0") : new(WithLow ? RangeEventKind.Introduced : RangeEventKind.IntroducedAfter, Low)];
        if (High is not null) events.Add(new(WithHigh ? RangeEventKind.LastAffected : RangeEventKind.Fixed, High));
        return new(events);
    }
}

/// <summary>Sets of versions as disjoint runs in ascending order, for feeds that say which versions are safe or join conditions.</summary>
/// <param name="scheme">An order that is transitive.</param>
internal sealed class VersionSets(IVersionScheme scheme)
{
    /// <summary>Conditions of one set: far more than any real one has, and few enough that sets of sets stay small.</summary>
    public const int Most = 1000;

    public IReadOnlyList<VersionRun> Intersect(IReadOnlyList<VersionRun> left, IReadOnlyList<VersionRun> right)
    {
        var found = new List<VersionRun>();
        foreach (var a in left)
        {
            foreach (var b in right)
            {
                var (low, withLow) = CompareLow(a, b) >= 0 ? (a.Low, a.WithLow) : (b.Low, b.WithLow);
                var (high, withHigh) = CompareHigh(a, b) <= 0 ? (a.High, a.WithHigh) : (b.High, b.WithHigh);
                if (!IsEmpty(low, withLow, high, withHigh)) found.Add(new(low, withLow, high, withHigh));
                if (found.Count > Most) throw new InvalidDataException($"its conditions make more than {Most} ranges");
            }
        }

        return found;
    }

    public IReadOnlyList<VersionRun> Union(IEnumerable<VersionRun> runs)
    {
        var sorted = runs.Where(r => !IsEmpty(r.Low, r.WithLow, r.High, r.WithHigh)).ToList();
        if (sorted.Count > Most) throw new InvalidDataException($"its conditions make more than {Most} ranges");
        sorted.Sort(CompareLow);
        var found = new List<VersionRun>();
        foreach (var run in sorted)
        {
            if (found.Count == 0 || !Touches(found[^1], run)) found.Add(run);
            else if (CompareHigh(found[^1], run) < 0) found[^1] = found[^1] with { High = run.High, WithHigh = run.WithHigh };
        }

        return found;
    }

    /// <summary>All versions that are in none of the runs.</summary>
    public IReadOnlyList<VersionRun> Complement(IEnumerable<VersionRun> runs)
    {
        var found = new List<VersionRun>();
        string? low = null;
        var withLow = false;
        foreach (var run in Union(runs))
        {
            if (run.Low is not null) found.Add(new(low, withLow, run.Low, !run.WithLow));
            if (run.High is null) return found;
            (low, withLow) = (run.High, !run.WithHigh);
        }

        found.Add(new(low, withLow, null, false));
        return found;
    }

    private bool IsEmpty(string? low, bool withLow, string? high, bool withHigh) =>
        low is not null && high is not null && scheme.Compare(low, high) is var order && (order > 0 || (order == 0 && !(withLow && withHigh)));

    private int CompareLow(VersionRun a, VersionRun b)
    {
        if (a.Low is null || b.Low is null) return (a.Low is null ? 0 : 1) - (b.Low is null ? 0 : 1);
        return scheme.Compare(a.Low, b.Low) is not 0 and var order ? order : (a.WithLow ? 0 : 1) - (b.WithLow ? 0 : 1);
    }

    private int CompareHigh(VersionRun a, VersionRun b)
    {
        if (a.High is null || b.High is null) return (a.High is null ? 1 : 0) - (b.High is null ? 1 : 0);
        return scheme.Compare(a.High, b.High) is not 0 and var order ? order : (a.WithHigh ? 1 : 0) - (b.WithHigh ? 1 : 0);
    }

    /// <summary>Whether a run begins within or right at the end of one before it.</summary>
    private bool Touches(VersionRun before, VersionRun run)
    {
        if (before.High is null || run.Low is null) return true;
        var order = scheme.Compare(run.Low, before.High);
        return order < 0 || (order == 0 && (run.WithLow || before.WithHigh));
    }
}
