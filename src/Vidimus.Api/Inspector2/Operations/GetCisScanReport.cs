using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /cis/scan/report/get</c></summary>
[Coverage(OperationState.Refused, "No engine for CIS scans yet.")]
internal sealed class GetCisScanReport : IOperation<GetCisScanReportRequest, GetCisScanReportResponse>
{
    public Task<GetCisScanReportResponse> HandleAsync(GetCisScanReportRequest request, Caller caller, CancellationToken cancel) => throw NoEngine.For(NoEngine.Cis);
}
