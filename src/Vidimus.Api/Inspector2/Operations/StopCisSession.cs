using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>PUT /cissession/stop</c></summary>
[Coverage(OperationState.Refused, "No engine for CIS scans yet.")]
internal sealed class StopCisSession : IOperation<StopCisSessionRequest, StopCisSessionResponse>
{
    public Task<StopCisSessionResponse> HandleAsync(StopCisSessionRequest request, Caller caller, CancellationToken cancel) => throw NoEngine.For(NoEngine.Cis);
}
