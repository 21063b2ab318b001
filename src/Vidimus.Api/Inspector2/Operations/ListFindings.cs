using Vidimus.Api.Inspector2.FindingWire;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Findings.Query;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /findings/list</c></summary>
[Coverage(OperationState.Complete,
    "Without a condition on the status all findings are listed, closed ones too.",
    "A prefix of findingArn may end before its last 32 digits, not within them.",
    "AWS's fields of a resource and the provider-neutral ones beside them read the same facts.")]
internal sealed class ListFindings(Backing backing) : IOperation<ListFindingsRequest, ListFindingsResponse>
{
    private const int DefaultSize = 100;

    public async Task<ListFindingsResponse> HandleAsync(ListFindingsRequest request, Caller caller, CancellationToken cancel)
    {
        var sight = await backing.Callers.SightAsync(caller, cancel);
        var bound = ShapeText.Bytes(request with { NextToken = null, MaxResults = null });
        var after = request.NextToken is { } token ? FindingPosition.From(backing.Pages.Open(caller, "ListFindings", bound, token)) : null;
        var criteria = request.FilterCriteria.ToCriteria(backing.Identity, caller.Region);
        var sort = request.SortCriteria is { Field: { } field } ? CriteriaWire.ToSort(field) : FindingSort.None;
        var query = new FindingSearchQuery(sight.Account, criteria, sort, request.SortCriteria?.SortOrder == SortOrder.Desc, after, request.MaxResults ?? DefaultSize);

        await using var session = await backing.Database.ReadAsync(cancel);
        var page = await new FindingSearch(session).PageAsync(sight.Tenant, query, cancel);
        var contents = await new FindingStore(session).ContentsAsync(sight.Tenant, page.Findings, cancel);
        return new()
        {
            Findings = [.. contents.Select(c => c.ToWire(backing.Identity))],
            NextToken = page.Next is { } next ? backing.Pages.Seal(caller, "ListFindings", bound, next.ToBytes()) : null,
        };
    }
}
