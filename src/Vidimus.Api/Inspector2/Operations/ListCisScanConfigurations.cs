using Vidimus.Api.Inspector2.Configurations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /cis/scan-configuration/list</c>: the caller's own; an administrator's members' too.</summary>
[Coverage(OperationState.Configuration)]
internal sealed class ListCisScanConfigurations(Backing backing) : IOperation<ListCisScanConfigurationsRequest, ListCisScanConfigurationsResponse>
{
    public async Task<ListCisScanConfigurationsResponse> HandleAsync(ListCisScanConfigurationsRequest request, Caller caller, CancellationToken cancel)
    {
        var sight = await backing.Callers.SightAsync(caller, cancel);
        await using var session = await backing.Database.ReadAsync(cancel);
        var all = (await CisConfigurations.All.ListAsync(session, sight, cancel)).Where(c => c.Meets(request.FilterCriteria));
        var byName = request.SortBy == CisScanConfigurationsSortBy.ScanName;
        var paging = new Paging(backing.Pages, caller, "ListCisScanConfigurations", request with { NextToken = null, MaxResults = null });
        var (items, next) = paging.Page(all, c => byName ? $"{c.ScanName}\0{c.ScanConfigurationArn}" : c.ScanConfigurationArn, request.MaxResults ?? 100, request.NextToken, request.SortOrder == CisSortOrder.Desc);

        var tags = new ResourceTags(session);
        var tagged = new List<CisScanConfiguration>();
        foreach (var item in items) tagged.Add(item with { Tags = await tags.GetAsync(sight.Own, item.ScanConfigurationArn, cancel) });
        return new() { ScanConfigurations = tagged, NextToken = next };
    }
}
