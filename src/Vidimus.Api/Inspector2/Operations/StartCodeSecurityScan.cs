using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /codesecurity/scan/start</c></summary>
[Coverage(OperationState.Refused, "No engine for code security yet.")]
internal sealed class StartCodeSecurityScan : IOperation<StartCodeSecurityScanRequest, StartCodeSecurityScanResponse>
{
    public Task<StartCodeSecurityScanResponse> HandleAsync(StartCodeSecurityScanRequest request, Caller caller, CancellationToken cancel) => throw NoEngine.For(NoEngine.CodeSecurity);
}
