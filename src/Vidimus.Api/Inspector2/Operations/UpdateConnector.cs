using Vidimus.Api.Inspector2.Configurations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /connector/update</c>: what is not named stays.</summary>
[Coverage(OperationState.Configuration)]
internal sealed class UpdateConnector(Backing backing) : IOperation<UpdateConnectorRequest, UpdateConnectorResponse>
{
    public async Task<UpdateConnectorResponse> HandleAsync(UpdateConnectorRequest request, Caller caller, CancellationToken cancel)
    {
        var sight = await backing.Callers.SightAsync(caller, cancel);
        await using var session = await backing.Database.WriteAsync(cancel);
        var before = await Connectors.All.FindAsync(session, sight, request.ConnectorArn!, cancel);
        var azure = request.ProviderDetail?.Azure;
        var now = backing.Time.GetUtcNow();
        var after = before with
        {
            Description = request.Description ?? before.Description,
            AzureRegions = azure?.AzureRegions ?? before.AzureRegions,
            ScopeConfiguration = Connectors.ToWire(azure?.ScopeConfiguration) ?? before.ScopeConfiguration,
            AutoInstallVMScanner = azure?.AutoInstallVMScanner ?? before.AutoInstallVMScanner,
            UpdatedAt = now,
        };
        await Connectors.All.PutAsync(session, sight, after, now, cancel);
        await session.CommitAsync(cancel);
        return new() { ConnectorArn = after.ConnectorArn };
    }
}
