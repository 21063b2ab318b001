using Vidimus.Api.Inspector2.Organizations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /members/disassociate</c>: the account stays scanned and switches its scans itself again.</summary>
[Coverage(OperationState.Complete, "The administrator goes on seeing the account's findings until the account leaves the organization.")]
internal sealed class DisassociateMember(Backing backing) : IOperation<DisassociateMemberRequest, DisassociateMemberResponse>
{
    public async Task<DisassociateMemberResponse> HandleAsync(DisassociateMemberRequest request, Caller caller, CancellationToken cancel)
    {
        var position = await Position.FindAsync(backing, caller, cancel);
        position.DemandAdministrator("DisassociateMember");
        await using var session = await backing.Database.WriteAsync(cancel);
        var store = new OrganizationStore(session);
        if (await store.NumberedAsync(position.Tenant, [request.AccountId!], cancel) is not [var account]
            || await store.MemberAsync(position.Own with { Account = account.Id }, cancel) is not { Associated: true }) throw ApiException.Validation($"{request.AccountId} is no member of this organization.");

        await store.SetMemberAsync(position.Own with { Account = account.Id }, false, backing.Time.GetUtcNow(), cancel);
        await session.CommitAsync(cancel);
        return new() { AccountId = account.Number };
    }
}
