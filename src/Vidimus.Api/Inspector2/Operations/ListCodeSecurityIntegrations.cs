using Vidimus.Api.Inspector2.Configurations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /codesecurity/integration/list</c></summary>
[Coverage(OperationState.Configuration)]
internal sealed class ListCodeSecurityIntegrations(Backing backing) : IOperation<ListCodeSecurityIntegrationsRequest, ListCodeSecurityIntegrationsResponse>
{
    public async Task<ListCodeSecurityIntegrationsResponse> HandleAsync(ListCodeSecurityIntegrationsRequest request, Caller caller, CancellationToken cancel)
    {
        var sight = await backing.Callers.SightAsync(caller, cancel);
        await using var session = await backing.Database.ReadAsync(cancel);
        var paging = new Paging(backing.Pages, caller, "ListCodeSecurityIntegrations", request with { NextToken = null, MaxResults = null });
        var (items, next) = paging.Page(await CodeSecurityIntegrations.All.OwnAsync(session, sight, cancel), i => i.IntegrationArn, request.MaxResults ?? 100, request.NextToken);
        return new() { Integrations = [.. items.Select(CodeSecurityIntegrations.Summary)], NextToken = next };
    }
}
