using Vidimus.Api.Inspector2.Configurations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /codesecurity/integration/get</c></summary>
[Coverage(OperationState.Configuration)]
internal sealed class GetCodeSecurityIntegration(Backing backing) : IOperation<GetCodeSecurityIntegrationRequest, GetCodeSecurityIntegrationResponse>
{
    public async Task<GetCodeSecurityIntegrationResponse> HandleAsync(GetCodeSecurityIntegrationRequest request, Caller caller, CancellationToken cancel)
    {
        var sight = await backing.Callers.SightAsync(caller, cancel);
        await using var session = await backing.Database.ReadAsync(cancel);
        var found = await CodeSecurityIntegrations.All.ReadAsync(session, sight, request.IntegrationArn!, cancel);
        return found with { Tags = await new ResourceTags(session).GetAsync(sight.Own, request.IntegrationArn!, cancel) };
    }
}
