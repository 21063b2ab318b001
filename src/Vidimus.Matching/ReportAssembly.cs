using Vidimus.Advisories;
using Vidimus.Model.Inventory;
using Vidimus.Model.Matching;
using Vidimus.Model.Reports;

namespace Vidimus.Matching;

/// <summary>What a report is to show.</summary>
public sealed record ReportOptions
{
    public required ReportTool Tool { get; init; }

    /// <summary>The day by which a release's support is judged.</summary>
    public required DateOnly Today { get; init; }

    /// <summary>Hidden findings too.</summary>
    public bool All { get; init; }

    /// <summary>The severities to show, in the report's spelling; null for every one.</summary>
    public IReadOnlyCollection<string>? Severities { get; init; }

    /// <summary>Only findings that a newer version ends.</summary>
    public bool OnlyFixed { get; init; }

    /// <summary>Only the starter advisories answer.</summary>
    public bool Starter { get; init; }

    /// <summary>The book is older than it should be.</summary>
    public bool Stale { get; init; }
}

/// <summary>Puts an inventory and a book together into a report.</summary>
public static class ReportAssembly
{
    public static ScanReport Assemble(Inventory inventory, Book book, MatchKeys keys, ReportOptions options) => throw new NotSupportedException();
}
