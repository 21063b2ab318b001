using Vidimus.Api.Inspector2.Organizations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /members/get</c></summary>
[Coverage(OperationState.Complete)]
internal sealed class GetMember(Backing backing) : IOperation<GetMemberRequest, GetMemberResponse>
{
    public async Task<GetMemberResponse> HandleAsync(GetMemberRequest request, Caller caller, CancellationToken cancel)
    {
        var position = await Position.FindAsync(backing, caller, cancel);
        position.DemandAdministrator("GetMember");
        await using var session = await backing.Database.ReadAsync(cancel);
        var store = new OrganizationStore(session);
        if (await store.NumberedAsync(position.Tenant, [request.AccountId!], cancel) is not [var account]
            || await store.MemberAsync(position.Own with { Account = account.Id }, cancel) is not { } member) throw ApiException.NotFound($"{request.AccountId} is no member of this organization.");

        return new() { Member = Members.ToWire(member, caller.Account) };
    }
}
