using Vidimus.Api.Inspector2.Organizations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Fleet;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /disable</c></summary>
/// <remarks>A worker closes what was found on resources of the type (<see cref="DisabledCoverage"/>); a day later it is removed.</remarks>
[Coverage(OperationState.Complete, "A type is off at once; its findings close within seconds.")]
internal sealed class Disable(Backing backing) : IOperation<DisableRequest, DisableResponse>
{
    public async Task<DisableResponse> HandleAsync(DisableRequest request, Caller caller, CancellationToken cancel)
    {
        var types = request.ResourceTypes is { Count: > 0 } some ? some : ResourceScanType.Values;
        var disabled = new List<Account>();
        var failed = new List<FailedAccount>();
        var position = await Position.FindAsync(backing, caller, cancel);
        await using var session = await backing.Database.WriteAsync(cancel);
        foreach (var (number, scope) in (await position.ChooseAsync(session, caller, request.AccountIds, cancel)).OrderBy(c => c.Scope?.Account))
        {
            if (scope is null)
            {
                failed.Add(FailedAccounts.Denied(number));
            }
            else if (position.IsMember)
            {
                failed.Add(FailedAccounts.Of(number, ErrorCode.AccessDenied, "Only the delegated administrator switches a member's scans off."));
            }
            else if (scope == position.Own && await LeavesMembersAsync(session, position, types, cancel))
            {
                failed.Add(FailedAccounts.Of(number, ErrorCode.DisassociateAllMembers, "The delegated administrator has members; disassociate them first."));
            }
            else
            {
                await new EnablementStore(session).SetAsync(scope.Value, types, false, backing.Time.GetUtcNow(), cancel);
                await DisabledCoverage.AddAsync(session, scope.Value, types, backing.Time.GetUtcNow(), cancel);
                disabled.Add((await Enabled.OfAsync(session, scope.Value, cancel)).ToWire(number));
            }
        }

        await session.CommitAsync(cancel);
        return new() { Accounts = disabled, FailedAccounts = failed };
    }

    /// <summary>Whether an administrator would have nothing on any more while it has members.</summary>
    private static async Task<bool> LeavesMembersAsync(Session session, Position position, IReadOnlyList<string> types, CancellationToken cancel) =>
        position.IsAdministrator && (await Enabled.OfAsync(session, position.Own, cancel)).Types.IsSubsetOf(types) && await new OrganizationStore(session).CountMembersAsync(position.Tenant, cancel) > 0;
}
