using Vidimus.Api.Inspector2.Organizations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /organizationconfiguration/describe</c></summary>
[Coverage(OperationState.Complete)]
internal sealed class DescribeOrganizationConfiguration(Backing backing) : IOperation<DescribeOrganizationConfigurationRequest, DescribeOrganizationConfigurationResponse>
{
    public async Task<DescribeOrganizationConfigurationResponse> HandleAsync(DescribeOrganizationConfigurationRequest request, Caller caller, CancellationToken cancel)
    {
        var position = await Position.FindAsync(backing, caller, cancel);
        position.DemandAdministrator("DescribeOrganizationConfiguration");
        await using var session = await backing.Database.ReadAsync(cancel);
        return new() { AutoEnable = (await AutoEnabling.OfAsync(session, position, cancel)).Shape, MaxAccountLimitReached = false };
    }
}
