using Vidimus.Model.Reports;
using Vidimus.Sbom.CycloneDx;

namespace Vidimus.Reports;

/// <summary>CycloneDX with vulnerabilities.</summary>
/// <param name="name">As <c>--format</c> names it: <c>cyclonedx</c> for 1.5, which most tools read, else with the version behind a <c>@</c>.</param>
public sealed class CycloneDxReport(string name, CycloneDxVersion version) : IReportFormat
{
    public CycloneDxReport() : this("cyclonedx", CycloneDxVersion.V15)
    {
    }

    public string Name => name;

    public void Write(ScanReport report, Stream output, ReportStyle style) => CycloneDxWriter.Write(report, output, version: version);
}
