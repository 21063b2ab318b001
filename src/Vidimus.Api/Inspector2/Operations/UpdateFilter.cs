using Vidimus.Api.Inspector2.FindingWire;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /filters/update</c>: what is not given stays.</summary>
[Coverage(OperationState.Complete, "displayedSeverity sets what the rule displays in place of the source's severity; NONE ends that.")]
internal sealed class UpdateFilter(Backing backing) : IOperation<UpdateFilterRequest, UpdateFilterResponse>
{
    public async Task<UpdateFilterResponse> HandleAsync(UpdateFilterRequest request, Caller caller, CancellationToken cancel)
    {
        var sight = await backing.Callers.SightAsync(caller, cancel);
        await using (var session = await backing.Database.WriteAsync(cancel))
        {
            var before = await FilterWire.FindAsync(session, sight, caller, request.FilterArn!, cancel);
            var after = before with
            {
                Name = request.Name ?? before.Name,
                Action = request.Action is { } action ? FilterWire.ToAction(action) : before.Action,
                Description = request.Description ?? before.Description,
                Reason = request.Reason ?? before.Reason,
                Criteria = request.FilterCriteria is { } criteria ? ShapeText.Write(criteria) : before.Criteria,
                Parsed = request.FilterCriteria is { } parsed ? parsed.ToCriteria(backing.Identity, caller.Region) : before.Parsed,
                Updated = backing.Time.GetUtcNow(),
            };
            if (request.DisplayedSeverity is { } displayed)
            {
                var tags = new TagStore(session);
                if (displayed == DisplayedSeverity.None) await tags.RemoveAsync(sight.Own, request.FilterArn!, [Suppressor.SeverityTag], cancel);
                else await tags.PutAsync(sight.Own, request.FilterArn!, FilterWire.WithSeverity(null, displayed), cancel);
                after = after with { Severity = FilterWire.SeverityOf(FilterWire.WithSeverity(null, displayed)) };
            }

            if (await new FilterStore(session).UpdateAsync(sight.Own, after, cancel) == 0) throw ApiException.Validation($"A filter of the name {request.Name} exists already.");
            await session.CommitAsync(cancel);
        }

        await FilterWire.ApplyAsync(backing, sight, cancel);
        return new() { Arn = request.FilterArn! };
    }
}
