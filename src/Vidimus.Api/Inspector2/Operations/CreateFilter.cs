using Vidimus.Api.Inspector2.FindingWire;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /filters/create</c></summary>
[Coverage(OperationState.Complete, "A rule hides what it matches at once, not within a day.", "The tag vidimus:expires, a time in ISO 8601, ends a rule: it goes on as a filter that hides nothing.",
    "displayedSeverity, or the tag vidimus:severity, is the severity that findings show in place of the source's; the reason is the filter's.")]
internal sealed class CreateFilter(Backing backing) : IOperation<CreateFilterRequest, CreateFilterResponse>
{
    /// <summary>As AWS's, for an account and region.</summary>
    private const int Quota = 500;

    public async Task<CreateFilterResponse> HandleAsync(CreateFilterRequest request, Caller caller, CancellationToken cancel)
    {
        var sight = await backing.Callers.SightAsync(caller, cancel);
        var tags = FilterWire.WithSeverity(request.Tags, request.DisplayedSeverity);
        FilterWire.CheckTags(tags);
        var now = backing.Time.GetUtcNow();
        var rule = new FindingFilterRule(sight.Own, 0, "", request.Name!, FilterWire.ToAction(request.Action!), request.Description, request.Reason, ShapeText.Write(request.FilterCriteria!),
            request.FilterCriteria.ToCriteria(backing.Identity, caller.Region), sight.Account is null, now, now) { Severity = FilterWire.SeverityOf(tags) };
        string arn;
        await using (var session = await backing.Database.WriteAsync(cancel))
        {
            var filters = new FilterStore(session);
            var added = await filters.AddAsync(sight.Own, rule, cancel) ?? throw ApiException.BadRequest($"A filter of the name {request.Name} exists already.");
            if (await filters.CountAsync(sight.Own, cancel) > Quota) throw ApiException.QuotaExceeded($"An account has at most {Quota} filters.", caller.Account);
            arn = FilterWire.Arn(caller.Region, caller.Account, added.Hex);
            if (tags.Count > 0) await new TagStore(session).PutAsync(sight.Own, arn, tags, cancel);
            await session.CommitAsync(cancel);
        }

        await FilterWire.ApplyAsync(backing, sight, cancel);
        return new() { Arn = arn };
    }
}
