using Vidimus.Api.Inspector2.Configurations;
using Vidimus.Api.Inspector2.Organizations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /cis/scan-configuration/update</c>: what is not named stays.</summary>
[Coverage(OperationState.Configuration)]
internal sealed class UpdateCisScanConfiguration(Backing backing) : IOperation<UpdateCisScanConfigurationRequest, UpdateCisScanConfigurationResponse>
{
    public async Task<UpdateCisScanConfigurationResponse> HandleAsync(UpdateCisScanConfigurationRequest request, Caller caller, CancellationToken cancel)
    {
        var position = await Position.FindAsync(backing, caller, cancel);
        await using var session = await backing.Database.WriteAsync(cancel);
        var before = await CisConfigurations.All.FindAsync(session, position.Sight, request.ScanConfigurationArn!, cancel);
        await CisConfigurations.CheckAsync(session, position, caller, request.Targets?.AccountIds, request.Schedule, cancel);
        var after = before with
        {
            ScanName = request.ScanName ?? before.ScanName,
            SecurityLevel = request.SecurityLevel ?? before.SecurityLevel,
            Schedule = request.Schedule ?? before.Schedule,
            Targets = new()
            {
                AccountIds = request.Targets?.AccountIds ?? before.Targets?.AccountIds,
                TargetResourceTags = request.Targets?.TargetResourceTags ?? before.Targets?.TargetResourceTags,
            },
        };
        await CisConfigurations.All.PutAsync(session, position.Sight, after, backing.Time.GetUtcNow(), cancel);
        await session.CommitAsync(cancel);
        return new() { ScanConfigurationArn = after.ScanConfigurationArn };
    }
}
