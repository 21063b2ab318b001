using Vidimus.Api.Inspector2.Configurations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /codesecurity/scan-configuration/get</c></summary>
[Coverage(OperationState.Configuration)]
internal sealed class GetCodeSecurityScanConfiguration(Backing backing) : IOperation<GetCodeSecurityScanConfigurationRequest, GetCodeSecurityScanConfigurationResponse>
{
    public async Task<GetCodeSecurityScanConfigurationResponse> HandleAsync(GetCodeSecurityScanConfigurationRequest request, Caller caller, CancellationToken cancel)
    {
        var sight = await backing.Callers.SightAsync(caller, cancel);
        await using var session = await backing.Database.ReadAsync(cancel);
        var found = await CodeSecurityConfigurations.All.ReadAsync(session, sight, request.ScanConfigurationArn!, cancel);
        return found with { Tags = await new ResourceTags(session).GetAsync(sight.Own, request.ScanConfigurationArn!, cancel) };
    }
}
