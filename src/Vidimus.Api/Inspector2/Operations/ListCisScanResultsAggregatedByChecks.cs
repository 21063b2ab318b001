using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /cis/scan-result/check/list</c></summary>
[Coverage(OperationState.Refused, "No engine for CIS scans yet.")]
internal sealed class ListCisScanResultsAggregatedByChecks : IOperation<ListCisScanResultsAggregatedByChecksRequest, ListCisScanResultsAggregatedByChecksResponse>
{
    public Task<ListCisScanResultsAggregatedByChecksResponse> HandleAsync(ListCisScanResultsAggregatedByChecksRequest request, Caller caller, CancellationToken cancel) => throw NoEngine.For(NoEngine.Cis);
}
