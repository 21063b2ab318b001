using Vidimus.Api.Inspector2.Configurations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>GET /tags/{resourceArn}</c></summary>
[Coverage(OperationState.Complete)]
internal sealed class ListTagsForResource(Backing backing) : IOperation<ListTagsForResourceRequest, ListTagsForResourceResponse>
{
    public async Task<ListTagsForResourceResponse> HandleAsync(ListTagsForResourceRequest request, Caller caller, CancellationToken cancel)
    {
        var sight = await backing.Callers.SightAsync(caller, cancel);
        await using var session = await backing.Database.ReadAsync(cancel);
        await Taggable.DemandAsync(session, sight, caller, request.ResourceArn!, cancel);
        return new() { Tags = await new ResourceTags(session).GetAsync(sight.Own, request.ResourceArn!, cancel) };
    }
}
