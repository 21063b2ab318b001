using Vidimus.Api.Inspector2.Organizations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /delegatedadminaccounts/enable</c>: the management account names who administers the region.</summary>
/// <remarks>Terraform looks for <c>already enabled</c> in the conflict and for <c>is the delegated admin</c> in the refusal.</remarks>
[Coverage(OperationState.Complete, "Organizations are made by the operator (vidimus admin); there is no AWS Organizations behind them.")]
internal sealed class EnableDelegatedAdminAccount(Backing backing) : IOperation<EnableDelegatedAdminAccountRequest, EnableDelegatedAdminAccountResponse>
{
    public async Task<EnableDelegatedAdminAccountResponse> HandleAsync(EnableDelegatedAdminAccountRequest request, Caller caller, CancellationToken cancel)
    {
        var number = request.DelegatedAdminAccountId!;
        var position = await Position.FindAsync(backing, caller, cancel);
        if (position.IsAdministrator && !position.IsManagement) throw ApiException.Validation($"The calling account {caller.Account} is the delegated admin of its organization; only the management account names one.");
        if (!position.IsManagement) throw ApiException.AccessDenied("Only the management account of an organization names its delegated administrator.");

        await using var session = await backing.Database.WriteAsync(cancel);
        var store = new OrganizationStore(session);
        if (await store.NumberedAsync(position.Tenant, [number], cancel) is not [var account]) throw ApiException.Validation($"{number} is no account of this organization.");
        var scope = position.Own with { Account = account.Id };
        if (await store.SetAdministratorAsync(scope, backing.Time.GetUtcNow(), cancel) == 0) throw Taken(number, (await store.GetAsync(position.Tenant, cancel))!.Administrator == account.Id);

        // Who administers is nobody's member.
        await store.SetMemberAsync(scope, false, backing.Time.GetUtcNow(), cancel);
        await new FilterStore(session).WidenAsync(scope, true, backing.Time.GetUtcNow(), cancel);
        await session.CommitAsync(cancel);
        return new() { DelegatedAdminAccountId = number };
    }

    private static ApiException Taken(string number, bool same) => ApiException.Conflict(
        same ? $"The delegated administrator {number} is already enabled." : "Another account is the delegated administrator of this organization; disable it first.", number, "DelegatedAdminAccount");
}
