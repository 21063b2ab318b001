using Vidimus.Api.Inspector2.Organizations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /delegatedadminaccounts/list</c>: for the management account and the administrator itself. There is one, or none.</summary>
[Coverage(OperationState.Complete)]
internal sealed class ListDelegatedAdminAccounts(Backing backing) : IOperation<ListDelegatedAdminAccountsRequest, ListDelegatedAdminAccountsResponse>
{
    public async Task<ListDelegatedAdminAccountsResponse> HandleAsync(ListDelegatedAdminAccountsRequest request, Caller caller, CancellationToken cancel)
    {
        var position = await Position.FindAsync(backing, caller, cancel);
        if (!position.IsManagement && !position.IsAdministrator) throw ApiException.AccessDenied("Only the management account of an organization and its delegated administrator see this list.");
        if (request.NextToken is not null) new Paging(backing.Pages, caller, "ListDelegatedAdminAccounts", request with { NextToken = null, MaxResults = null }).After(request.NextToken);
        if (position.Organization!.Administrator is not { } administrator) return new() { DelegatedAdminAccounts = [] };
        await using var session = await backing.Database.ReadAsync(cancel);
        var accounts = await new OrganizationStore(session).NamesAsync(position.Tenant, [administrator], cancel);
        return new() { DelegatedAdminAccounts = [.. accounts.Select(a => new DelegatedAdminAccount { AccountId = a.Number, Status = DelegatedAdminStatus.Enabled })] };
    }
}
