using Vidimus.Api.Inspector2.Organizations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /members/list</c></summary>
[Coverage(OperationState.Complete, "An account that stands alone is told that it has no members.")]
internal sealed class ListMembers(Backing backing) : IOperation<ListMembersRequest, ListMembersResponse>
{
    public async Task<ListMembersResponse> HandleAsync(ListMembersRequest request, Caller caller, CancellationToken cancel)
    {
        var position = await Position.FindAsync(backing, caller, cancel);
        if (position.Organization is not null) position.DemandAdministrator("ListMembers");
        var paging = new Paging(backing.Pages, caller, "ListMembers", request with { NextToken = null, MaxResults = null });
        var after = paging.After(request.NextToken);
        if (position.Organization is null) return new() { Members = [] };

        var limit = request.MaxResults ?? 50;
        await using var session = await backing.Database.ReadAsync(cancel);
        var found = await new OrganizationStore(session).MembersAsync(position.Tenant, request.OnlyAssociated ?? true, after, limit + 1, cancel);
        return new()
        {
            Members = [.. found.Take(limit).Select(m => Members.ToWire(m, caller.Account))],
            NextToken = found.Count > limit ? paging.Next(found[limit - 1].Account.Number) : null,
        };
    }
}
