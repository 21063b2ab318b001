using Vidimus.Api.Inspector2.Configurations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /codesecurity/integration/delete</c></summary>
[Coverage(OperationState.Configuration)]
internal sealed class DeleteCodeSecurityIntegration(Backing backing) : IOperation<DeleteCodeSecurityIntegrationRequest, DeleteCodeSecurityIntegrationResponse>
{
    public async Task<DeleteCodeSecurityIntegrationResponse> HandleAsync(DeleteCodeSecurityIntegrationRequest request, Caller caller, CancellationToken cancel)
    {
        var sight = await backing.Callers.SightAsync(caller, cancel);
        await using var session = await backing.Database.WriteAsync(cancel);
        await CodeSecurityIntegrations.All.DeleteAsync(session, sight, request.IntegrationArn!, cancel);
        await session.CommitAsync(cancel);
        return new() { IntegrationArn = request.IntegrationArn };
    }
}
