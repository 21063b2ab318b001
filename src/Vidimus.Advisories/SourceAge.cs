namespace Vidimus.Advisories;

/// <summary>Whether a source is too old a copy to have the first word about a distribution's packages.</summary>
public static class SourceAge
{
    /// <summary>How far behind OSV's conversion a distribution's own feed may be: releases and fixes of a season are missing in what is older.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromDays(60);

    /// <summary>For each source, whether its newest record is far older than that of OSV's part for the family. A source without a date, as one that nobody keeps beside OSV's, is never out of date.</summary>
    /// <param name="family">The advisory ecosystem without its release: <c>Ubuntu</c>.</param>
    public static IReadOnlyList<bool> OutOfDate(IReadOnlyList<BookSource> sources, string family)
    {
        var converted = sources.FirstOrDefault(s => s.Name == $"osv/{family}")?.Date;
        return [.. sources.Select(s => !IsOsv(s.Name) && s.Date + Patience < converted)];
    }

    private static bool IsOsv(string name) => name is "osv" || name.StartsWith("osv/", StringComparison.Ordinal);
}
