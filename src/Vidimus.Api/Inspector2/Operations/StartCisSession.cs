using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>PUT /cissession/start</c></summary>
[Coverage(OperationState.Refused, "No engine for CIS scans yet.")]
internal sealed class StartCisSession : IOperation<StartCisSessionRequest, StartCisSessionResponse>
{
    public Task<StartCisSessionResponse> HandleAsync(StartCisSessionRequest request, Caller caller, CancellationToken cancel) => throw NoEngine.For(NoEngine.Cis);
}
