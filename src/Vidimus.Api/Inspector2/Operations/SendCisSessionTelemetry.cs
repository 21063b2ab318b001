using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>PUT /cissession/telemetry/send</c></summary>
[Coverage(OperationState.Refused, "No engine for CIS scans yet.")]
internal sealed class SendCisSessionTelemetry : IOperation<SendCisSessionTelemetryRequest, SendCisSessionTelemetryResponse>
{
    public Task<SendCisSessionTelemetryResponse> HandleAsync(SendCisSessionTelemetryRequest request, Caller caller, CancellationToken cancel) => throw NoEngine.For(NoEngine.Cis);
}
