using Vidimus.Api.Inspector2.Reports;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /reporting/cancel</c></summary>
[Coverage(OperationState.Complete)]
internal sealed class CancelFindingsReport(Backing backing) : IOperation<CancelFindingsReportRequest, CancelFindingsReportResponse>
{
    public async Task<CancelFindingsReportResponse> HandleAsync(CancelFindingsReportRequest request, Caller caller, CancellationToken cancel)
    {
        await Reporting.CancelAsync(backing, caller, ReportKind.Findings, request.ReportId!, cancel);
        return new() { ReportId = request.ReportId! };
    }
}
