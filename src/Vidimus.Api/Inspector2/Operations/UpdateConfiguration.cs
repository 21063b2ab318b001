using Vidimus.Api.Inspector2.Organizations;
using Vidimus.Api.Inspector2.Settings;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /configuration/update</c>: an account that stands alone for itself, an administrator for all members or for one.</summary>
[Coverage(OperationState.Configuration, "activateVMScanner is refused: Amazon's VM scanner is not part of this server.")]
internal sealed class UpdateConfiguration(Backing backing) : IOperation<UpdateConfigurationRequest, UpdateConfigurationResponse>
{
    public async Task<UpdateConfigurationResponse> HandleAsync(UpdateConfigurationRequest request, Caller caller, CancellationToken cancel)
    {
        if (request.Ec2Configuration?.ActivateVMScanner == true) throw NoEngine.For("the VM scanner");
        var position = await Position.FindAsync(backing, caller, cancel);
        if (position.IsMember) throw ApiException.AccessDenied("Only the delegated administrator changes the configuration of a member.");

        await using var session = await backing.Database.WriteAsync(cancel);
        var scope = await position.ChooseAsync(session, caller, request.AccountId, cancel);
        var forMember = scope != position.Own;
        if (request.UpdateConfigurationInheritance is { } inheritance)
        {
            if (!forMember) throw ApiException.Validation("updateConfigurationInheritance is for a member account.");
            if (inheritance.Ec2Configuration is not null) await ScanSettings.InheritAsync(session, scope, ScanSettings.Given(ScanSettings.Ec2), cancel);
            if (inheritance.EcrConfiguration is not null) await ScanSettings.InheritAsync(session, scope, ScanSettings.Given(ScanSettings.Ecr), cancel);
        }

        var now = backing.Time.GetUtcNow();
        if (request.Ec2Configuration is { } ec2)
        {
            await ScanSettings.PutAsync(session, scope, forMember ? ScanSettings.Given(ScanSettings.Ec2) : ScanSettings.Ec2, ec2, now, cancel);
        }

        if (request.EcrConfiguration is { } ecr)
        {
            // What is not named keeps its value.
            var (before, _) = await ScanSettings.EcrAsync(session, position, scope, cancel);
            var whole = ecr with { PullDateRescanDuration = ecr.PullDateRescanDuration ?? before.PullDateRescanDuration, PullDateRescanMode = ecr.PullDateRescanMode ?? before.PullDateRescanMode };
            await ScanSettings.PutAsync(session, scope, forMember ? ScanSettings.Given(ScanSettings.Ecr) : ScanSettings.Ecr, whole, now, cancel);
        }

        await session.CommitAsync(cancel);
        return new();
    }
}
