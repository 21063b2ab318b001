using Vidimus.Model.Reports;
using Vidimus.Sbom.OpenVex;

namespace Vidimus.Reports;

/// <summary><c>--format openvex</c>: what policy and VEX documents decided, for others to use as <c>--vex</c>.</summary>
public sealed class OpenVexReport : IReportFormat
{
    public string Name => "openvex";

    public bool WantsHidden => true;

    public void Write(ScanReport report, Stream output, ReportStyle style) => OpenVexWriter.Write(report, output);
}
