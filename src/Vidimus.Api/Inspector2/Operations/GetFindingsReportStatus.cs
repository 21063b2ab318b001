using Vidimus.Api.Inspector2.Reports;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /reporting/status/get</c>: without an id, of the report that was asked for last.</summary>
[Coverage(OperationState.Complete)]
internal sealed class GetFindingsReportStatus(Backing backing) : IOperation<GetFindingsReportStatusRequest, GetFindingsReportStatusResponse>
{
    public async Task<GetFindingsReportStatusResponse> HandleAsync(GetFindingsReportStatusRequest request, Caller caller, CancellationToken cancel)
    {
        var report = await Reporting.FindAsync(backing, caller, ReportKind.Findings, request.ReportId, cancel);
        var asked = ShapeText.Read<CreateFindingsReportRequest>(report.Request);
        return new() { ReportId = report.Name, Status = report.Status.ToWire(), ErrorCode = report.ErrorCode, ErrorMessage = report.Error, Destination = asked.S3Destination, FilterCriteria = asked.FilterCriteria, Recurrence = asked.Recurrence };
    }
}
