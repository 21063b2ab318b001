using Vidimus.Api.Inspector2.Reports;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /sbomexport/cancel</c></summary>
[Coverage(OperationState.Complete)]
internal sealed class CancelSbomExport(Backing backing) : IOperation<CancelSbomExportRequest, CancelSbomExportResponse>
{
    public async Task<CancelSbomExportResponse> HandleAsync(CancelSbomExportRequest request, Caller caller, CancellationToken cancel)
    {
        await Reporting.CancelAsync(backing, caller, ReportKind.Sbom, request.ReportId!, cancel);
        return new() { ReportId = request.ReportId };
    }
}
