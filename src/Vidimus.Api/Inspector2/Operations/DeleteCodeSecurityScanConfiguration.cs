using Vidimus.Api.Inspector2.Configurations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /codesecurity/scan-configuration/delete</c></summary>
[Coverage(OperationState.Configuration)]
internal sealed class DeleteCodeSecurityScanConfiguration(Backing backing) : IOperation<DeleteCodeSecurityScanConfigurationRequest, DeleteCodeSecurityScanConfigurationResponse>
{
    public async Task<DeleteCodeSecurityScanConfigurationResponse> HandleAsync(DeleteCodeSecurityScanConfigurationRequest request, Caller caller, CancellationToken cancel)
    {
        var sight = await backing.Callers.SightAsync(caller, cancel);
        await using var session = await backing.Database.WriteAsync(cancel);
        await CodeSecurityConfigurations.All.DeleteAsync(session, sight, request.ScanConfigurationArn!, cancel);
        await session.CommitAsync(cancel);
        return new() { ScanConfigurationArn = request.ScanConfigurationArn };
    }
}
