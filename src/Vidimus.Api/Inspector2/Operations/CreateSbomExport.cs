using Vidimus.Api.Inspector2.Reports;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /sbomexport/create</c></summary>
[Coverage(OperationState.Complete, "A bucket is a folder that the operator registered for the tenant; every other one is not found.", "The KMS key is kept and not used.", "recurrence, by cron (five fields) or by event, has it made again and again: each under a name with its time. The id is the recurrence's, and cancelling it ends that.")]
internal sealed class CreateSbomExport(Backing backing) : IOperation<CreateSbomExportRequest, CreateSbomExportResponse>
{
    public async Task<CreateSbomExportResponse> HandleAsync(CreateSbomExportRequest request, Caller caller, CancellationToken cancel) =>
        new() { ReportId = await Reporting.StartAsync(backing, caller, ReportKind.Sbom, request.ReportFormat!, request.S3Destination!, request, request.Recurrence, cancel) };
}
