using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>PUT /cissession/health/send</c></summary>
[Coverage(OperationState.Refused, "No engine for CIS scans yet.")]
internal sealed class SendCisSessionHealth : IOperation<SendCisSessionHealthRequest, SendCisSessionHealthResponse>
{
    public Task<SendCisSessionHealthResponse> HandleAsync(SendCisSessionHealthRequest request, Caller caller, CancellationToken cancel) => throw NoEngine.For(NoEngine.Cis);
}
