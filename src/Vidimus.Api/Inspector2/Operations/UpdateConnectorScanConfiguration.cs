using Vidimus.Api.Inspector2.Configurations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /connectorscanconfiguration/update</c>: for an AWS Config connector that one of the caller's connectors stands on.</summary>
[Coverage(OperationState.Configuration)]
internal sealed class UpdateConnectorScanConfiguration(Backing backing) : IOperation<UpdateConnectorScanConfigurationRequest, UpdateConnectorScanConfigurationResponse>
{
    public async Task<UpdateConnectorScanConfigurationResponse> HandleAsync(UpdateConnectorScanConfigurationRequest request, Caller caller, CancellationToken cancel)
    {
        var sight = await backing.Callers.SightAsync(caller, cancel);
        await using var session = await backing.Database.WriteAsync(cancel);
        var own = await Connectors.All.OwnAsync(session, sight, cancel);
        if (own.All(c => c.AwsConfigConnectorArn != request.AwsConfigConnectorArn)) throw ApiException.NotFound($"No connector stands on {request.AwsConfigConnectorArn}.");
        await new ConfigurationStore(session).PutAsync(sight.Own, Connectors.Scans, request.AwsConfigConnectorArn!, ShapeText.Write(request.ScanConfiguration!), backing.Time.GetUtcNow(), cancel);
        await session.CommitAsync(cancel);
        return new();
    }
}
