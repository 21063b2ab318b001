namespace Vidimus.Fleet.Work;

/// <summary>How long to wait after a failure: twice as long each time, up to a bound.</summary>
/// <param name="First">After the first failure.</param>
public sealed record Backoff(TimeSpan First, TimeSpan Longest)
{
    /// <summary>The wait after so many failures, a quarter less or more by what fails, so that what failed together does not come back together.</summary>
    /// <param name="who">The number of what fails.</param>
    public TimeSpan After(int failures, long who)
    {
        var wait = Math.Min(First.TotalMilliseconds * Math.Pow(2, Math.Clamp(failures - 1, 0, 30)), Longest.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(wait * (0.75 + (0.5 * Spread(who, failures))));
    }

    /// <summary>Between 0 and 1, the same for the same; the multiplier spreads neighbours over the whole range.</summary>
    private static double Spread(long who, int failures) => ((ulong)((who * 31) + failures) * 0x9E3779B97F4A7C15 >> 11) / (double)(1UL << 53);
}
