using Vidimus.Model.Reports;
using Vidimus.Sbom.CycloneDx;

namespace Vidimus.Reports;

/// <summary>CycloneDX 1.5 with vulnerabilities.</summary>
public sealed class CycloneDxReport : IReportFormat
{
    public string Name => "cyclonedx";

    public void Write(ScanReport report, Stream output, ReportStyle style) => CycloneDxWriter.Write(report, output);
}
