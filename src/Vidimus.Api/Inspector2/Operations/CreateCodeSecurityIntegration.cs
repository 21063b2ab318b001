using Vidimus.Api.Inspector2.Configurations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /codesecurity/integration/create</c></summary>
[Coverage(OperationState.Configuration, "No engine for code security yet: INACTIVE at once, without an authorization URL; tokens are not kept.", "The quota of 100 integrations is this server's.")]
internal sealed class CreateCodeSecurityIntegration(Backing backing) : IOperation<CreateCodeSecurityIntegrationRequest, CreateCodeSecurityIntegrationResponse>
{
    public async Task<CreateCodeSecurityIntegrationResponse> HandleAsync(CreateCodeSecurityIntegrationRequest request, Caller caller, CancellationToken cancel)
    {
        if (request.Type == IntegrationType.GitlabSelfManaged && request.Details?.GitlabSelfManaged is null) throw ApiException.Validation("A GITLAB_SELF_MANAGED integration has the address and a token of GitLab in details.");
        if (request.Type == IntegrationType.Github && request.Details is not null) throw ApiException.Validation("A GITHUB integration has no details.");

        var sight = await backing.Callers.SightAsync(caller, cancel);
        await using var session = await backing.Database.WriteAsync(cancel);
        var all = CodeSecurityIntegrations.All;
        await all.LockAsync(session, sight, cancel);
        var own = await all.OwnAsync(session, sight, cancel);
        if (own.FirstOrDefault(i => i.Name == request.Name) is { } same) throw ApiException.Conflict($"There is an integration with the name {request.Name}.", same.IntegrationArn, "Integration");
        if (own.Count >= CodeSecurityIntegrations.Quota) throw ApiException.QuotaExceeded($"An account has at most {CodeSecurityIntegrations.Quota} integrations.", caller.Account);

        var now = backing.Time.GetUtcNow();
        var integration = new GetCodeSecurityIntegrationResponse
        {
            IntegrationArn = Arns.Of(caller, Arns.CodeIntegration, Arns.NewId()),
            Name = request.Name!,
            Type = request.Type!,
            Status = CodeSecurityIntegrations.Status,
            StatusReason = NoEngine.Reason(NoEngine.CodeSecurity),
            CreatedOn = now,
            LastUpdateOn = now,
        };
        await all.PutAsync(session, sight, integration, now, cancel);
        await new ResourceTags(session).PutAsync(sight.Own, integration.IntegrationArn, request.Tags, cancel);
        await session.CommitAsync(cancel);
        return new() { IntegrationArn = integration.IntegrationArn, Status = integration.Status };
    }
}
