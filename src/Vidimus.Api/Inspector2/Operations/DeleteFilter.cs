using Vidimus.Api.Inspector2.FindingWire;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /filters/delete</c>: what a rule hid comes back.</summary>
[Coverage(OperationState.Complete)]
internal sealed class DeleteFilter(Backing backing) : IOperation<DeleteFilterRequest, DeleteFilterResponse>
{
    public async Task<DeleteFilterResponse> HandleAsync(DeleteFilterRequest request, Caller caller, CancellationToken cancel)
    {
        var sight = await backing.Callers.SightAsync(caller, cancel);
        await using (var session = await backing.Database.WriteAsync(cancel))
        {
            var rule = await FilterWire.FindAsync(session, sight, caller, request.Arn!, cancel);
            await new FilterStore(session).UpdateAsync(sight.Own, rule with { Action = Storage.FilterAction.Deleted, Updated = backing.Time.GetUtcNow() }, cancel);
            await new TagStore(session).ClearAsync(sight.Own, request.Arn!, cancel);
            await session.CommitAsync(cancel);
        }

        await FilterWire.ApplyAsync(backing, sight, cancel);
        return new() { Arn = request.Arn! };
    }
}
