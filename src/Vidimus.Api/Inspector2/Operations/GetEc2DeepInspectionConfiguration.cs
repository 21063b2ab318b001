using Vidimus.Api.Inspector2.Organizations;
using Vidimus.Api.Inspector2.Settings;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /ec2deepinspectionconfiguration/get</c></summary>
[Coverage(OperationState.Configuration, "A push searches the whole file tree; the paths are kept for agents.")]
internal sealed class GetEc2DeepInspectionConfiguration(Backing backing) : IOperation<GetEc2DeepInspectionConfigurationRequest, GetEc2DeepInspectionConfigurationResponse>
{
    public async Task<GetEc2DeepInspectionConfigurationResponse> HandleAsync(GetEc2DeepInspectionConfigurationRequest request, Caller caller, CancellationToken cancel)
    {
        var position = await Position.FindAsync(backing, caller, cancel);
        await using var session = await backing.Database.ReadAsync(cancel);
        var inspection = await DeepInspection.OfAsync(session, position, position.Own, position.IsMember || position.IsAdministrator, cancel);
        return new() { PackagePaths = inspection.Own.PackagePaths ?? [], OrgPackagePaths = inspection.OrganizationPaths, Status = inspection.Status };
    }
}
