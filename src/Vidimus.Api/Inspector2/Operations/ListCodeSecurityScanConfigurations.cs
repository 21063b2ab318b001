using Vidimus.Api.Inspector2.Configurations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /codesecurity/scan-configuration/list</c></summary>
[Coverage(OperationState.Configuration)]
internal sealed class ListCodeSecurityScanConfigurations(Backing backing) : IOperation<ListCodeSecurityScanConfigurationsRequest, ListCodeSecurityScanConfigurationsResponse>
{
    public async Task<ListCodeSecurityScanConfigurationsResponse> HandleAsync(ListCodeSecurityScanConfigurationsRequest request, Caller caller, CancellationToken cancel)
    {
        var sight = await backing.Callers.SightAsync(caller, cancel);
        await using var session = await backing.Database.ReadAsync(cancel);
        var paging = new Paging(backing.Pages, caller, "ListCodeSecurityScanConfigurations", request with { NextToken = null, MaxResults = null });
        var (items, next) = paging.Page(await CodeSecurityConfigurations.All.OwnAsync(session, sight, cancel), c => c.ScanConfigurationArn!, request.MaxResults ?? 100, request.NextToken);
        return new() { Configurations = [.. items.Select(c => CodeSecurityConfigurations.Summary(c, caller.Account))], NextToken = next };
    }
}
