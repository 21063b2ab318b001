using Vidimus.Api.Inspector2.Organizations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /organizationconfiguration/update</c>: what goes on for accounts that become members from now on.</summary>
[Coverage(OperationState.Complete)]
internal sealed class UpdateOrganizationConfiguration(Backing backing) : IOperation<UpdateOrganizationConfigurationRequest, UpdateOrganizationConfigurationResponse>
{
    public async Task<UpdateOrganizationConfigurationResponse> HandleAsync(UpdateOrganizationConfigurationRequest request, Caller caller, CancellationToken cancel)
    {
        var position = await Position.FindAsync(backing, caller, cancel);
        position.DemandAdministrator("UpdateOrganizationConfiguration");

        // What is not named stays off, so that what is described afterwards equals what was asked for.
        var asked = request.AutoEnable!;
        var whole = asked with { Lambda = asked.Lambda ?? false, LambdaCode = asked.LambdaCode ?? false, CodeRepository = asked.CodeRepository ?? false };
        await using var session = await backing.Database.WriteAsync(cancel);
        await AutoEnabling.PutAsync(session, position, whole, backing.Time.GetUtcNow(), cancel);
        await session.CommitAsync(cancel);
        return new() { AutoEnable = whole };
    }
}
