using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /cis/scan-result/resource/list</c></summary>
[Coverage(OperationState.Refused, "No engine for CIS scans yet.")]
internal sealed class ListCisScanResultsAggregatedByTargetResource : IOperation<ListCisScanResultsAggregatedByTargetResourceRequest, ListCisScanResultsAggregatedByTargetResourceResponse>
{
    public Task<ListCisScanResultsAggregatedByTargetResourceResponse> HandleAsync(ListCisScanResultsAggregatedByTargetResourceRequest request, Caller caller, CancellationToken cancel) => throw NoEngine.For(NoEngine.Cis);
}
