using Vidimus.Api.Inspector2.Configurations;
using Vidimus.Api.Inspector2.FindingWire;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>DELETE /tags/{resourceArn}</c></summary>
[Coverage(OperationState.Complete)]
internal sealed class UntagResource(Backing backing) : IOperation<UntagResourceRequest, UntagResourceResponse>
{
    public async Task<UntagResourceResponse> HandleAsync(UntagResourceRequest request, Caller caller, CancellationToken cancel)
    {
        var sight = await backing.Callers.SightAsync(caller, cancel);
        bool rated;
        await using (var session = await backing.Database.WriteAsync(cancel))
        {
            await Taggable.DemandAsync(session, sight, caller, request.ResourceArn!, cancel);
            await new ResourceTags(session).RemoveAsync(sight.Own, request.ResourceArn!, request.TagKeys!, cancel);
            rated = Taggable.IsFilter(request.ResourceArn!) && await FilterWire.FollowTagsAsync(session, sight, caller, request.ResourceArn!, backing.Time.GetUtcNow(), cancel);
            await session.CommitAsync(cancel);
        }

        if (rated) await FilterWire.ApplyAsync(backing, sight, cancel);
        return new();
    }
}
