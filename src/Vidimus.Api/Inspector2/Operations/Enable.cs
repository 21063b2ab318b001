using Vidimus.Api.Inspector2.Organizations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /enable</c></summary>
[Coverage(OperationState.Complete, "Every resource type is accepted and on at once; ListCoverage shows what is not scanned.", "LAMBDA_CODE does not need LAMBDA.")]
internal sealed class Enable(Backing backing) : IOperation<EnableRequest, EnableResponse>
{
    public async Task<EnableResponse> HandleAsync(EnableRequest request, Caller caller, CancellationToken cancel)
    {
        var enabled = new List<Account>();
        var failed = new List<FailedAccount>();
        var position = await Position.FindAsync(backing, caller, cancel);
        await using var session = await backing.Database.WriteAsync(cancel);
        foreach (var (number, scope) in (await position.ChooseAsync(session, caller, request.AccountIds, cancel)).OrderBy(c => c.Scope?.Account))
        {
            if (scope is null)
            {
                failed.Add(FailedAccounts.Denied(number));
                continue;
            }

            await new EnablementStore(session).SetAsync(scope.Value, request.ResourceTypes!, true, backing.Time.GetUtcNow(), cancel);
            enabled.Add((await Enabled.OfAsync(session, scope.Value, cancel)).ToWire(number));
        }

        await session.CommitAsync(cancel);
        return new() { Accounts = enabled, FailedAccounts = failed };
    }
}
