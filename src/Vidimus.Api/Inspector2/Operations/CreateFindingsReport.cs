using Vidimus.Api.Inspector2.Reports;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /reporting/create</c></summary>
[Coverage(OperationState.Complete, "A bucket is a folder that the operator registered for the tenant; every other one is not found.", "The KMS key is kept and not used.", "recurrence, by cron (five fields) or by event, has it made again and again: each under a name with its time. The id is the recurrence's, and cancelling it ends that.")]
internal sealed class CreateFindingsReport(Backing backing) : IOperation<CreateFindingsReportRequest, CreateFindingsReportResponse>
{
    public async Task<CreateFindingsReportResponse> HandleAsync(CreateFindingsReportRequest request, Caller caller, CancellationToken cancel)
    {
        _ = ReportFindings.Criteria(request.FilterCriteria, backing.Identity, caller.Region);
        return new() { ReportId = await Reporting.StartAsync(backing, caller, ReportKind.Findings, request.ReportFormat!, request.S3Destination!, request, request.Recurrence, cancel) };
    }
}
