using Vidimus.Model.Reports;
using Vidimus.Sbom.CycloneDx;

namespace Vidimus.Reports;

/// <summary>How a report is shown to a person.</summary>
/// <param name="Colour">Whether the output is a terminal that shows colours.</param>
/// <param name="Width">In columns.</param>
public sealed record ReportStyle(bool Colour = false, int Width = 120);

/// <summary>One way to write a report.</summary>
public interface IReportFormat
{
    /// <summary>As <c>--format</c> names it.</summary>
    string Name { get; }

    /// <summary>Whether it is made of what others don't show: hidden findings are given to it even without <c>--all</c>.</summary>
    bool WantsHidden => false;

    /// <summary>Writes the report in UTF-8. The same report and style give the same bytes.</summary>
    void Write(ScanReport report, Stream output, ReportStyle style);
}

/// <summary>All formats: a new one is a file and a line here.</summary>
public static class ReportFormats
{
    public static IReadOnlyList<IReportFormat> All { get; } =
    [
        new TableReport(), new JsonReport(), new SarifReport(), new CycloneDxReport(),
        new CycloneDxReport("cyclonedx@1.4", CycloneDxVersion.V14), new CycloneDxReport("cyclonedx@1.6", CycloneDxVersion.V16), new SpdxReport(), new OpenVexReport(),
    ];

    /// <summary>The format of a name, or null.</summary>
    public static IReportFormat? Find(string name) => All.FirstOrDefault(f => f.Name == name);
}
