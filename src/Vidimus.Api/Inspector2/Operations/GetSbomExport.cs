using Vidimus.Api.Inspector2.Reports;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /sbomexport/get</c></summary>
[Coverage(OperationState.Complete)]
internal sealed class GetSbomExport(Backing backing) : IOperation<GetSbomExportRequest, GetSbomExportResponse>
{
    public async Task<GetSbomExportResponse> HandleAsync(GetSbomExportRequest request, Caller caller, CancellationToken cancel)
    {
        var report = await Reporting.FindAsync(backing, caller, ReportKind.Sbom, request.ReportId, cancel);
        var asked = ShapeText.Read<CreateSbomExportRequest>(report.Request);
        return new()
        {
            ReportId = report.Name, Format = report.Format, Status = report.Status.ToWire(), ErrorCode = report.ErrorCode, ErrorMessage = report.Error, S3Destination = asked.S3Destination,
            FilterCriteria = asked.ResourceFilterCriteria,
            Recurrence = asked.Recurrence,
        };
    }
}
