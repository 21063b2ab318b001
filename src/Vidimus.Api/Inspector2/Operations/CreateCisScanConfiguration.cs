using Vidimus.Api.Inspector2.Configurations;
using Vidimus.Api.Inspector2.Organizations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /cis/scan-configuration/create</c></summary>
[Coverage(OperationState.Configuration, "No engine for CIS scans yet: the configuration starts none, a schedule of one time neither.")]
internal sealed class CreateCisScanConfiguration(Backing backing) : IOperation<CreateCisScanConfigurationRequest, CreateCisScanConfigurationResponse>
{
    public async Task<CreateCisScanConfigurationResponse> HandleAsync(CreateCisScanConfigurationRequest request, Caller caller, CancellationToken cancel)
    {
        var position = await Position.FindAsync(backing, caller, cancel);
        if (position.IsAdministrator && request.Tags is { Count: > 0 }) throw ApiException.Validation("A configuration of an organization has no tags.");

        await using var session = await backing.Database.WriteAsync(cancel);
        var all = CisConfigurations.All;
        await CisConfigurations.CheckAsync(session, position, caller, request.Targets!.AccountIds, request.Schedule, cancel);
        await all.LockAsync(session, position.Sight, cancel);
        if ((await all.OwnAsync(session, position.Sight, cancel)).Count >= CisConfigurations.Quota) throw ApiException.Validation($"An account has at most {CisConfigurations.Quota} CIS scan configurations.");

        var owner = Arns.Owner(position, caller);
        var now = backing.Time.GetUtcNow();
        var configuration = new CisScanConfiguration
        {
            ScanConfigurationArn = Arns.Of(caller, Arns.Cis, Arns.NewId(), owner),
            OwnerId = owner,
            ScanName = request.ScanName,
            SecurityLevel = request.SecurityLevel,
            Schedule = request.Schedule,
            Targets = new() { AccountIds = request.Targets.AccountIds, TargetResourceTags = request.Targets.TargetResourceTags },
        };
        await all.PutAsync(session, position.Sight, configuration, now, cancel);
        await new ResourceTags(session).PutAsync(position.Own, configuration.ScanConfigurationArn, request.Tags, cancel);
        await session.CommitAsync(cancel);
        return new() { ScanConfigurationArn = configuration.ScanConfigurationArn };
    }
}
