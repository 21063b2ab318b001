using Vidimus.Api.Events;
using Vidimus.Api.Inspector2.Organizations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /members/associate</c>: the administrator takes an account of its organization in; what the organization switches on for new members goes on.</summary>
[Coverage(OperationState.Complete, "An account is one of the organization's when the operator says so (vidimus admin).")]
internal sealed class AssociateMember(Backing backing) : IOperation<AssociateMemberRequest, AssociateMemberResponse>
{
    /// <summary>As AWS's.</summary>
    private const int Quota = 10_000;

    public async Task<AssociateMemberResponse> HandleAsync(AssociateMemberRequest request, Caller caller, CancellationToken cancel)
    {
        var position = await Position.FindAsync(backing, caller, cancel);
        position.DemandAdministrator("AssociateMember");
        if (request.AccountId == caller.Account) throw ApiException.Validation("The delegated administrator can't be its own member.");

        await using var session = await backing.Database.WriteAsync(cancel);
        var store = new OrganizationStore(session);
        if (await store.NumberedAsync(position.Tenant, [request.AccountId!], cancel) is not [var account]) throw ApiException.Validation($"{request.AccountId} is no account of this organization.");
        if (await store.CountMembersAsync(position.Tenant, cancel) >= Quota) throw ApiException.QuotaExceeded($"An organization has at most {Quota} members.", caller.Account);
        var scope = position.Own with { Account = account.Id };
        if (await store.SetMemberAsync(scope, true, backing.Time.GetUtcNow(), cancel) == 1)
        {
            var types = (await AutoEnabling.OfAsync(session, position, cancel)).Types;
            await new EnablementStore(session).SetAsync(scope, types, true, backing.Time.GetUtcNow(), cancel);
            if (types.Count > 0) await new Outbox(session).AddAsync(scope, EventKind.AutoEnable, [EventBridgeForm.AutoEnabled(types)], backing.Time.GetUtcNow(), cancel);
        }

        await session.CommitAsync(cancel);
        return new() { AccountId = account.Number };
    }
}
