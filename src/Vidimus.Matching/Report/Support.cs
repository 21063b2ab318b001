using System.Globalization;
using Vidimus.Advisories;
using Vidimus.Model.Inventory;
using Vidimus.Model.Matching;
using Vidimus.Model.Reports;

namespace Vidimus.Matching;

/// <summary>How long a system's release is supported.</summary>
public sealed record Support(OsRelease Os, string Source, string Product, string Cycle, DateOnly Ends)
{
    /// <summary>By the end-of-life feed, else by the day that the system itself names; null when neither tells.</summary>
    public static Support? Of(OsRelease? os, Book book, MatchKeys keys)
    {
        if (os is null) return null;
        if (keys.Distribution(os) is { EndOfLifeProduct: { } product } distribution && distribution.EndOfLifeCycle(os) is { } cycle && book.EndOfLife(product, cycle)?.Ends is { } ends)
        {
            return new(os, "eol", product, cycle, ends);
        }

        return os.SupportEnd is { } own ? new(os, "os-release", os.Id, os.VersionId ?? "", own) : null;
    }

    /// <summary>What is said of a release that is out of support since a day.</summary>
    public static string Title(OsRelease os, string day) => $"{os.Name ?? os.Id} has been without security support since {day}";

    /// <summary>The finding that the release is out of support; null while it is not. Nobody rates it, so it is untriaged.</summary>
    public ReportFinding? Finding(DateOnly today)
    {
        if (today <= Ends) return null;
        var day = Ends.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var id = $"EOL-{Product}-{Cycle}";
        return new()
        {
            Key = FindingMaker.Key("end-of-life", id, ""),
            Kind = "end-of-life",
            Id = id,
            Aliases = [],
            Title = Title(Os, day),
            Severity = Severities.Name(Severity.Untriaged),
            Cvss = [],
            Cwes = [],
            Version = Os.VersionId,
            FixedVersions = [],
            Status = "end-of-life",
            Advisory = id,
            Source = Source,
            Url = Source == "eol" ? $"https://endoflife.date/{Uri.EscapeDataString(Product)}" : null,
            Evidence = [new(Source, id, $"supported until {day}", Os.VersionId ?? "")],
        };
    }
}
