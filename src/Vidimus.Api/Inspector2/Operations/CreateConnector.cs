using Vidimus.Api.Inspector2.Configurations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /connector/create</c>; the same client token gives the connector that it made before.</summary>
[Coverage(OperationState.Configuration, "No engine for Azure connectors: FAILED_TO_ENABLE at once, with that reason.", "The quota of 100 connectors is this server's.")]
internal sealed class CreateConnector(Backing backing) : IOperation<CreateConnectorRequest, CreateConnectorResponse>
{
    public async Task<CreateConnectorResponse> HandleAsync(CreateConnectorRequest request, Caller caller, CancellationToken cancel)
    {
        var sight = await backing.Callers.SightAsync(caller, cancel);
        await using var session = await backing.Database.WriteAsync(cancel);
        var all = Connectors.All;
        var store = new ConfigurationStore(session);
        await all.LockAsync(session, sight, cancel);
        if (request.ClientToken is { } token && await store.GetAsync(sight.Own, Connectors.Tokens, token, cancel) is { } made && await all.TryFindAsync(session, sight, made.Body, cancel) is not null) return new() { ConnectorArn = made.Body };

        var azure = request.ProviderDetail!.Azure!;
        var own = await all.OwnAsync(session, sight, cancel);
        if (own.FirstOrDefault(c => c.Name == request.Name || c.AwsConfigConnectorArn == azure.AwsConfigConnectorArn) is { } same) throw ApiException.Conflict("There is a connector with this name or of this AWS Config connector.", same.ConnectorArn, "Connector");
        if (own.Count >= Connectors.Quota) throw ApiException.QuotaExceeded($"An account has at most {Connectors.Quota} connectors.", caller.Account);

        var now = backing.Time.GetUtcNow();
        var connector = new Connector
        {
            ConnectorArn = Arns.Of(caller, Arns.Connector, Arns.NewId()),
            Name = request.Name,
            Description = request.Description,
            Provider = request.Provider!,
            EnablementStatus = EnablementStatus.FailedToEnable,
            EnablementStatusReason = NoEngine.Reason(NoEngine.Azure),
            Health = new() { ConnectorStatus = ConnectorHealthStatus.Unknown, LastCheckedAt = now, Message = NoEngine.Reason(NoEngine.Azure) },
            CreatedAt = now,
            UpdatedAt = now,
            AzureRegions = azure.AzureRegions,
            AwsConfigConnectorArn = azure.AwsConfigConnectorArn,
            ScopeConfiguration = Connectors.ToWire(azure.ScopeConfiguration),
            AutoInstallVMScanner = azure.AutoInstallVMScanner,
        };
        await all.PutAsync(session, sight, connector, now, cancel);
        await new ResourceTags(session).PutAsync(sight.Own, connector.ConnectorArn, request.Tags, cancel);
        if (request.ClientToken is not null) await store.PutAsync(sight.Own, Connectors.Tokens, request.ClientToken, connector.ConnectorArn, now, cancel);
        await session.CommitAsync(cancel);
        return new() { ConnectorArn = connector.ConnectorArn };
    }
}
