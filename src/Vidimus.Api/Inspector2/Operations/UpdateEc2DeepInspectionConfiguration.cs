using Vidimus.Api.Inspector2.Organizations;
using Vidimus.Api.Inspector2.Settings;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /ec2deepinspectionconfiguration/update</c>: an account's own paths; a member may not switch it off.</summary>
[Coverage(OperationState.Configuration)]
internal sealed class UpdateEc2DeepInspectionConfiguration(Backing backing) : IOperation<UpdateEc2DeepInspectionConfigurationRequest, UpdateEc2DeepInspectionConfigurationResponse>
{
    public async Task<UpdateEc2DeepInspectionConfigurationResponse> HandleAsync(UpdateEc2DeepInspectionConfigurationRequest request, Caller caller, CancellationToken cancel)
    {
        var position = await Position.FindAsync(backing, caller, cancel);
        if (position.IsMember && request.ActivateDeepInspection == false) throw ApiException.AccessDenied("Only the delegated administrator switches a member's deep inspection off.");

        await using var session = await backing.Database.WriteAsync(cancel);
        var before = await DeepInspection.OfAsync(session, position, position.Own, position.IsMember || position.IsAdministrator, cancel);
        var inspection = before with
        {
            Own = new() { ActivateDeepInspection = request.ActivateDeepInspection ?? before.Own.ActivateDeepInspection, PackagePaths = request.PackagePaths ?? before.Own.PackagePaths },
        };
        await inspection.PutAsync(session, position.Own, backing.Time.GetUtcNow(), cancel);
        await session.CommitAsync(cancel);
        return new() { PackagePaths = inspection.Own.PackagePaths ?? [], OrgPackagePaths = inspection.OrganizationPaths, Status = inspection.Status };
    }
}
