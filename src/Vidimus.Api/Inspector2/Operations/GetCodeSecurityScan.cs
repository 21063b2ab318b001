using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /codesecurity/scan/get</c></summary>
[Coverage(OperationState.Refused, "No engine for code security yet.")]
internal sealed class GetCodeSecurityScan : IOperation<GetCodeSecurityScanRequest, GetCodeSecurityScanResponse>
{
    public Task<GetCodeSecurityScanResponse> HandleAsync(GetCodeSecurityScanRequest request, Caller caller, CancellationToken cancel) => throw NoEngine.For(NoEngine.CodeSecurity);
}
