using Vidimus.Model.Reports;
using Vidimus.Sbom.Spdx;

namespace Vidimus.Reports;

/// <summary>SPDX 2.3 with references to the advisories.</summary>
public sealed class SpdxReport : IReportFormat
{
    public string Name => "spdx";

    public void Write(ScanReport report, Stream output, ReportStyle style) => SpdxWriter.Write(report, output);
}
