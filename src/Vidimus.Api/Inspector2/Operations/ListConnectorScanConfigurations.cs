using Vidimus.Api.Inspector2.Configurations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /connectorscanconfigurations/list</c></summary>
[Coverage(OperationState.Configuration)]
internal sealed class ListConnectorScanConfigurations(Backing backing) : IOperation<ListConnectorScanConfigurationsRequest, ListConnectorScanConfigurationsResponse>
{
    public async Task<ListConnectorScanConfigurationsResponse> HandleAsync(ListConnectorScanConfigurationsRequest request, Caller caller, CancellationToken cancel)
    {
        var sight = await backing.Callers.SightAsync(caller, cancel);
        await using var session = await backing.Database.ReadAsync(cancel);
        var connectors = (await Connectors.All.OwnAsync(session, sight, cancel)).ToLookup(c => c.AwsConfigConnectorArn);
        var stored = await new ConfigurationStore(session).ListAsync(sight.Own, Connectors.Scans, cancel);
        var all = stored.Where(s => request.AwsConfigConnectorArns is not { Count: > 0 } asked || asked.Contains(s.Name)).Select(s => new ConnectorScanConfigurationItem
        {
            AwsConfigConnectorArn = s.Name,
            ConnectorArns = [.. connectors[s.Name].Select(c => c.ConnectorArn)],
            ScanConfiguration = ShapeText.Read<ConnectorScanConfiguration>(s.Body),
        });
        var paging = new Paging(backing.Pages, caller, "ListConnectorScanConfigurations", request with { NextToken = null, MaxResults = null });
        var (items, next) = paging.Page(all, c => c.AwsConfigConnectorArn, request.MaxResults ?? 50, request.NextToken);
        return new() { ScanConfigurations = items, NextToken = next };
    }
}
