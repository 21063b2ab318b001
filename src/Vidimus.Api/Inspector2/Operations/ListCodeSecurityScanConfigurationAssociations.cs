using Vidimus.Api.Inspector2.Configurations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /codesecurity/scan-configuration/associations/list</c></summary>
[Coverage(OperationState.Empty, "There are no projects that could be associated.")]
internal sealed class ListCodeSecurityScanConfigurationAssociations(Backing backing) : IOperation<ListCodeSecurityScanConfigurationAssociationsRequest, ListCodeSecurityScanConfigurationAssociationsResponse>
{
    public async Task<ListCodeSecurityScanConfigurationAssociationsResponse> HandleAsync(ListCodeSecurityScanConfigurationAssociationsRequest request, Caller caller, CancellationToken cancel)
    {
        var sight = await backing.Callers.SightAsync(caller, cancel);
        await using var session = await backing.Database.ReadAsync(cancel);
        await CodeSecurityConfigurations.All.ReadAsync(session, sight, request.ScanConfigurationArn!, cancel);
        new Paging(backing.Pages, caller, "ListCodeSecurityScanConfigurationAssociations", request with { NextToken = null, MaxResults = null }).After(request.NextToken);
        return new() { Associations = [] };
    }
}
