namespace Vidimus.Advisories;

/// <summary>Times in four bytes: 0 for none, else seconds since 1970 and one; what is not a whole second between 1970 and 2100 stands in a table, and its place is told from the end of the numbers down.</summary>
internal static class BookTimes
{
    private const uint FirstInTable = 0xF8000000;

    public static uint Code(long ticks, List<long> table, Dictionary<long, int> places)
    {
        if (ticks == 0) return 0;
        var since = ticks - DateTimeOffset.UnixEpoch.UtcTicks;
        if (since >= 0 && since % TimeSpan.TicksPerSecond == 0 && since / TimeSpan.TicksPerSecond + 1 < FirstInTable) return (uint)(since / TimeSpan.TicksPerSecond + 1);
        if (!places.TryGetValue(ticks, out var place))
        {
            places.Add(ticks, place = table.Count);
            table.Add(ticks);
        }

        return checked(uint.MaxValue - (uint)place) is >= FirstInTable and var code ? code : throw new InvalidOperationException("A book holds 134 million odd times at most.");
    }

    public static DateTimeOffset? Time(uint code, Rows<long> table)
    {
        if (code == 0) return null;
        return code < FirstInTable ? DateTimeOffset.FromUnixTimeSeconds(code - 1) : Book.Time(table[(int)(uint.MaxValue - code)]);
    }
}
