using Vidimus.Api.Inspector2.Organizations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /freetrialinfo/batchget</c>: fifteen days from when a type first went on; it starts once.</summary>
[Coverage(OperationState.Complete, "Nothing is charged during the trial, nor after it.")]
internal sealed class BatchGetFreeTrialInfo(Backing backing) : IOperation<BatchGetFreeTrialInfoRequest, BatchGetFreeTrialInfoResponse>
{
    private static readonly TimeSpan Trial = TimeSpan.FromDays(15);

    public async Task<BatchGetFreeTrialInfoResponse> HandleAsync(BatchGetFreeTrialInfoRequest request, Caller caller, CancellationToken cancel)
    {
        var position = await Position.FindAsync(backing, caller, cancel);
        await using var session = await backing.Database.ReadAsync(cancel);
        var chosen = await position.ChooseAsync(session, caller, request.AccountIds, cancel);
        long[] accounts = [.. chosen.Where(c => c.Scope is not null).Select(c => (long)c.Scope!.Value.Account)];
        var rows = (await new EnablementStore(session).OfAccountsAsync(position.Tenant, accounts, cancel)).ToLookup(r => r.Account);
        return new()
        {
            Accounts = [.. chosen.Where(c => c.Scope is not null).Select(c => new FreeTrialAccountInfo { AccountId = c.Number, FreeTrialInfo = [.. rows[c.Scope!.Value.Account].Select(Info)] })],
            FailedAccounts = [.. chosen.Where(c => c.Scope is null).Select(c => new FreeTrialInfoError { AccountId = c.Number, Code = FreeTrialInfoErrorCode.AccessDenied, Message = "The caller may not see this account." })],
        };
    }

    private FreeTrialInfo Info(Enablement row) => new()
    {
        Type = row.Type,
        Start = row.First,
        End = row.First + Trial,
        Status = backing.Time.GetUtcNow() < row.First + Trial ? FreeTrialStatus.Active : FreeTrialStatus.Inactive,
    };
}
