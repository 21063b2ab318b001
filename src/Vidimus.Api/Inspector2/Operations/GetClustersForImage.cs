using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /cluster/get</c></summary>
[Coverage(OperationState.Refused, "No engine for clusters.")]
internal sealed class GetClustersForImage : IOperation<GetClustersForImageRequest, GetClustersForImageResponse>
{
    public Task<GetClustersForImageResponse> HandleAsync(GetClustersForImageRequest request, Caller caller, CancellationToken cancel) => throw NoEngine.For("clusters");
}
