using Vidimus.Api.Inspector2.Configurations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /tags/{resourceArn}</c></summary>
[Coverage(OperationState.Complete)]
internal sealed class TagResource(Backing backing) : IOperation<TagResourceRequest, TagResourceResponse>
{
    public async Task<TagResourceResponse> HandleAsync(TagResourceRequest request, Caller caller, CancellationToken cancel)
    {
        var sight = await backing.Callers.SightAsync(caller, cancel);
        await using var session = await backing.Database.WriteAsync(cancel);
        await Taggable.DemandAsync(session, sight, caller, request.ResourceArn!, cancel);
        await new ResourceTags(session).PutAsync(sight.Own, request.ResourceArn!, request.Tags, cancel);
        await session.CommitAsync(cancel);
        return new();
    }
}
