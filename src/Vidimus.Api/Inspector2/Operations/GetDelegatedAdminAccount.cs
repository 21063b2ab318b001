using Vidimus.Api.Inspector2.Organizations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /delegatedadminaccounts/get</c>: for every account of the organization.</summary>
[Coverage(OperationState.Complete)]
internal sealed class GetDelegatedAdminAccount(Backing backing) : IOperation<GetDelegatedAdminAccountRequest, GetDelegatedAdminAccountResponse>
{
    public async Task<GetDelegatedAdminAccountResponse> HandleAsync(GetDelegatedAdminAccountRequest request, Caller caller, CancellationToken cancel)
    {
        var position = await Position.FindAsync(backing, caller, cancel);
        if (position.Organization?.Administrator is not { } administrator) throw ApiException.NotFound("This account has no delegated administrator.");
        await using var session = await backing.Database.ReadAsync(cancel);
        var account = (await new OrganizationStore(session).NamesAsync(position.Tenant, [administrator], cancel)).Single();
        return new() { DelegatedAdmin = new() { AccountId = account.Number, RelationshipStatus = RelationshipStatus.Enabled } };
    }
}
