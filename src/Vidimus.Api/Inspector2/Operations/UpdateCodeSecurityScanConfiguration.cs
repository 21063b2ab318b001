using Vidimus.Api.Inspector2.Configurations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /codesecurity/scan-configuration/update</c></summary>
[Coverage(OperationState.Configuration)]
internal sealed class UpdateCodeSecurityScanConfiguration(Backing backing) : IOperation<UpdateCodeSecurityScanConfigurationRequest, UpdateCodeSecurityScanConfigurationResponse>
{
    public async Task<UpdateCodeSecurityScanConfigurationResponse> HandleAsync(UpdateCodeSecurityScanConfigurationRequest request, Caller caller, CancellationToken cancel)
    {
        CodeSecurityConfigurations.Check(request.Configuration!);
        var sight = await backing.Callers.SightAsync(caller, cancel);
        await using var session = await backing.Database.WriteAsync(cancel);
        var before = await CodeSecurityConfigurations.All.FindAsync(session, sight, request.ScanConfigurationArn!, cancel);
        var now = backing.Time.GetUtcNow();
        await CodeSecurityConfigurations.All.PutAsync(session, sight, before with { Configuration = request.Configuration, LastUpdatedAt = now }, now, cancel);
        await session.CommitAsync(cancel);
        return new() { ScanConfigurationArn = before.ScanConfigurationArn };
    }
}
