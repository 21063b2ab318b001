using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /cis/scan-result/details/get</c></summary>
[Coverage(OperationState.Refused, "No engine for CIS scans yet.")]
internal sealed class GetCisScanResultDetails : IOperation<GetCisScanResultDetailsRequest, GetCisScanResultDetailsResponse>
{
    public Task<GetCisScanResultDetailsResponse> HandleAsync(GetCisScanResultDetailsRequest request, Caller caller, CancellationToken cancel) => throw NoEngine.For(NoEngine.Cis);
}
