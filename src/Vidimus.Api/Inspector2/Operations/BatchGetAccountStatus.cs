using Vidimus.Api.Inspector2.Organizations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /status/batch/get</c></summary>
/// <remarks>A caller sees its own account, an administrator its members'; of another one it learns that access is denied, whether that exists or not.</remarks>
[Coverage(OperationState.Complete, "No status is ever pending.")]
internal sealed class BatchGetAccountStatus(Backing backing) : IOperation<BatchGetAccountStatusRequest, BatchGetAccountStatusResponse>
{
    public async Task<BatchGetAccountStatusResponse> HandleAsync(BatchGetAccountStatusRequest request, Caller caller, CancellationToken cancel)
    {
        var position = await Position.FindAsync(backing, caller, cancel);
        await using var session = await backing.Database.ReadAsync(cancel);
        var chosen = await position.ChooseAsync(session, caller, request.AccountIds, cancel);
        long[] accounts = [.. chosen.Where(c => c.Scope is not null).Select(c => (long)c.Scope!.Value.Account)];
        var rows = (await new EnablementStore(session).OfAccountsAsync(position.Tenant, accounts, cancel)).ToLookup(r => r.Account);
        return new()
        {
            Accounts = [.. chosen.Where(c => c.Scope is not null).Select(c => State(c.Number, Enabled.From(rows[c.Scope!.Value.Account])))],
            FailedAccounts = [.. chosen.Where(c => c.Scope is null).Select(c => FailedAccounts.Denied(c.Number))],
        };
    }

    private static AccountState State(string account, Enabled enabled) => new() { AccountId = account, State = Enabled.State(enabled.Status), ResourceState = enabled.ResourceState };
}
