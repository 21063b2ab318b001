using Vidimus.Api.Inspector2.Configurations;
using Vidimus.Api.Inspector2.Organizations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /codesecurity/scan-configuration/create</c></summary>
[Coverage(OperationState.Configuration, "No engine for code security yet: the configuration starts no scan.")]
internal sealed class CreateCodeSecurityScanConfiguration(Backing backing) : IOperation<CreateCodeSecurityScanConfigurationRequest, CreateCodeSecurityScanConfigurationResponse>
{
    public async Task<CreateCodeSecurityScanConfigurationResponse> HandleAsync(CreateCodeSecurityScanConfigurationRequest request, Caller caller, CancellationToken cancel)
    {
        var position = await Position.FindAsync(backing, caller, cancel);
        CodeSecurityConfigurations.CheckLevel(request.Level!, position);
        CodeSecurityConfigurations.Check(request.Configuration!);

        await using var session = await backing.Database.WriteAsync(cancel);
        var all = CodeSecurityConfigurations.All;
        await all.LockAsync(session, position.Sight, cancel);
        var own = await all.OwnAsync(session, position.Sight, cancel);
        if (own.FirstOrDefault(c => c.Name == request.Name) is { } same) throw ApiException.Conflict($"There is a configuration with the name {request.Name}.", same.ScanConfigurationArn!, "ScanConfiguration");
        if (request.ScopeSettings is not null && own.FirstOrDefault(c => c.ScopeSettings is not null && c.Level == request.Level) is { } forAll) throw ApiException.Conflict("There is a configuration for all projects.", forAll.ScanConfigurationArn!, "ScanConfiguration");
        if (request.ScopeSettings is null && own.Count(c => c.ScopeSettings is null) >= CodeSecurityConfigurations.Quota) throw ApiException.QuotaExceeded($"An account has at most {CodeSecurityConfigurations.Quota} code security scan configurations.", caller.Account);

        var owner = request.Level == ConfigurationLevel.Organization ? position.Organization!.PublicId : caller.Account;
        var now = backing.Time.GetUtcNow();
        var configuration = new GetCodeSecurityScanConfigurationResponse
        {
            ScanConfigurationArn = Arns.Of(caller, Arns.CodeConfiguration, Arns.NewId(), owner),
            Name = request.Name,
            Configuration = request.Configuration,
            Level = request.Level,
            ScopeSettings = request.ScopeSettings,
            CreatedAt = now,
            LastUpdatedAt = now,
        };
        await all.PutAsync(session, position.Sight, configuration, now, cancel);
        await new ResourceTags(session).PutAsync(position.Own, configuration.ScanConfigurationArn, request.Tags, cancel);
        await session.CommitAsync(cancel);
        return new() { ScanConfigurationArn = configuration.ScanConfigurationArn };
    }
}
