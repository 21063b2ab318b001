using Vidimus.Api.Inspector2.Configurations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /connector/list</c>: the caller's own; an administrator's members' too.</summary>
[Coverage(OperationState.Configuration)]
internal sealed class ListConnectors(Backing backing) : IOperation<ListConnectorsRequest, ListConnectorsResponse>
{
    private const int Most = 100;

    public async Task<ListConnectorsResponse> HandleAsync(ListConnectorsRequest request, Caller caller, CancellationToken cancel)
    {
        var sight = await backing.Callers.SightAsync(caller, cancel);
        await using var session = await backing.Database.ReadAsync(cancel);
        var all = (await Connectors.All.ListAsync(session, sight, cancel)).Where(c => c.Meets(request.FilterCriteria));
        var paging = new Paging(backing.Pages, caller, "ListConnectors", request with { NextToken = null, MaxResults = null });
        var (items, next) = paging.Page(all, c => c.ConnectorArn, Math.Clamp(request.MaxResults ?? Most, 1, Most), request.NextToken);

        var tags = new ResourceTags(session);
        var tagged = new List<Connector>();
        foreach (var item in items) tagged.Add(item with { Tags = await tags.GetAsync(sight.Own, item.ConnectorArn, cancel) });
        return new() { Items = tagged, NextToken = next };
    }
}
