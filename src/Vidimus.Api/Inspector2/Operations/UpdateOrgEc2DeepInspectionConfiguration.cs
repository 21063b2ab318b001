using Vidimus.Api.Inspector2.Organizations;
using Vidimus.Api.Inspector2.Settings;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /ec2deepinspectionconfiguration/org/update</c></summary>
[Coverage(OperationState.Configuration)]
internal sealed class UpdateOrgEc2DeepInspectionConfiguration(Backing backing) : IOperation<UpdateOrgEc2DeepInspectionConfigurationRequest, UpdateOrgEc2DeepInspectionConfigurationResponse>
{
    public async Task<UpdateOrgEc2DeepInspectionConfigurationResponse> HandleAsync(UpdateOrgEc2DeepInspectionConfigurationRequest request, Caller caller, CancellationToken cancel)
    {
        var position = await Position.FindAsync(backing, caller, cancel);
        position.DemandAdministrator("UpdateOrgEc2DeepInspectionConfiguration");
        await using var session = await backing.Database.WriteAsync(cancel);
        await DeepInspection.PutOrganizationAsync(session, position, request, backing.Time.GetUtcNow(), cancel);
        await session.CommitAsync(cancel);
        return new();
    }
}
