using Vidimus.Api.Inspector2.Configurations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /cis/scan-configuration/delete</c></summary>
[Coverage(OperationState.Configuration)]
internal sealed class DeleteCisScanConfiguration(Backing backing) : IOperation<DeleteCisScanConfigurationRequest, DeleteCisScanConfigurationResponse>
{
    public async Task<DeleteCisScanConfigurationResponse> HandleAsync(DeleteCisScanConfigurationRequest request, Caller caller, CancellationToken cancel)
    {
        var sight = await backing.Callers.SightAsync(caller, cancel);
        await using var session = await backing.Database.WriteAsync(cancel);
        await CisConfigurations.All.DeleteAsync(session, sight, request.ScanConfigurationArn!, cancel);
        await session.CommitAsync(cancel);
        return new() { ScanConfigurationArn = request.ScanConfigurationArn! };
    }
}
