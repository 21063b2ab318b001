namespace Vidimus.Files.FileTree;

/// <summary>Seconds since 1970 as a time, null where .NET has no such time.</summary>
internal static class UnixTime
{
    private const long First = -62_135_596_800;
    private const long Last = 253_402_300_799;

    public static DateTimeOffset? Of(long seconds, long nanoseconds = 0) =>
        seconds is < First or > Last ? null : DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(Math.Clamp(nanoseconds, 0, 999_999_999) / 100);
}
