using Vidimus.Api.Inspector2.Organizations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /delegatedadminaccounts/disable</c>: its members stay scanned and stand for themselves again, and what its rules hid of theirs is shown.</summary>
[Coverage(OperationState.Complete)]
internal sealed class DisableDelegatedAdminAccount(Backing backing) : IOperation<DisableDelegatedAdminAccountRequest, DisableDelegatedAdminAccountResponse>
{
    public async Task<DisableDelegatedAdminAccountResponse> HandleAsync(DisableDelegatedAdminAccountRequest request, Caller caller, CancellationToken cancel)
    {
        var number = request.DelegatedAdminAccountId!;
        var position = await Position.FindAsync(backing, caller, cancel);
        if (!position.IsManagement) throw ApiException.AccessDenied("Only the management account of an organization disables its delegated administrator.");

        await using var session = await backing.Database.WriteAsync(cancel);
        var store = new OrganizationStore(session);
        var administrator = (await store.GetAsync(position.Tenant, cancel))!.Administrator;
        if (administrator is null || await store.NumberedAsync(position.Tenant, [number], cancel) is not [var account] || account.Id != administrator) throw ApiException.NotFound($"{number} is not the delegated administrator.");

        await store.ClearAdministratorAsync(position.Tenant, backing.Time.GetUtcNow(), cancel);
        await new FilterStore(session).WidenAsync(position.Own with { Account = account.Id }, false, backing.Time.GetUtcNow(), cancel);
        await session.CommitAsync(cancel);
        return new() { DelegatedAdminAccountId = number };
    }
}
