using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /codesecurity/scan-configuration/batch/disassociate</c></summary>
[Coverage(OperationState.Empty, "Projects come from integrations, which nothing reads yet: each fails as a project that isn't there.")]
internal sealed class BatchDisassociateCodeSecurityScanConfiguration(Backing backing) : IOperation<BatchDisassociateCodeSecurityScanConfigurationRequest, BatchDisassociateCodeSecurityScanConfigurationResponse>
{
    public async Task<BatchDisassociateCodeSecurityScanConfigurationResponse> HandleAsync(BatchDisassociateCodeSecurityScanConfigurationRequest request, Caller caller, CancellationToken cancel)
    {
        var sight = await backing.Callers.SightAsync(caller, cancel);
        await using var session = await backing.Database.ReadAsync(cancel);
        var failed = new List<FailedAssociationResult>();
        foreach (var asked in request.DisassociateConfigurationRequests!)
        {
            failed.Add(await BatchAssociateCodeSecurityScanConfiguration.FailedAsync(session, sight, asked.ScanConfigurationArn!, asked.Resource!, cancel));
        }

        return new() { FailedAssociations = failed, SuccessfulAssociations = [] };
    }
}
