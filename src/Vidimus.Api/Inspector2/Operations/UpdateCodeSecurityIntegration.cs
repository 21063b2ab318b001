using Vidimus.Api.Inspector2.Configurations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /codesecurity/integration/update</c></summary>
[Coverage(OperationState.Configuration, "The code of an authorization is not redeemed and not kept.")]
internal sealed class UpdateCodeSecurityIntegration(Backing backing) : IOperation<UpdateCodeSecurityIntegrationRequest, UpdateCodeSecurityIntegrationResponse>
{
    public async Task<UpdateCodeSecurityIntegrationResponse> HandleAsync(UpdateCodeSecurityIntegrationRequest request, Caller caller, CancellationToken cancel)
    {
        var sight = await backing.Callers.SightAsync(caller, cancel);
        await using var session = await backing.Database.WriteAsync(cancel);
        var before = await CodeSecurityIntegrations.All.FindAsync(session, sight, request.IntegrationArn!, cancel);
        if (before.Type == IntegrationType.Github != request.Details!.Github is not null) throw ApiException.Validation($"The details are not those of a {before.Type} integration.");
        var now = backing.Time.GetUtcNow();
        await CodeSecurityIntegrations.All.PutAsync(session, sight, before with { LastUpdateOn = now }, now, cancel);
        await session.CommitAsync(cancel);
        return new() { IntegrationArn = before.IntegrationArn, Status = before.Status };
    }
}
