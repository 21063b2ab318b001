using Vidimus.Api.Inspector2.Organizations;
using Vidimus.Api.Inspector2.Settings;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /ec2deepinspectionstatus/member/batch/get</c>: without accounts, of the first hundred members.</summary>
[Coverage(OperationState.Configuration)]
internal sealed class BatchGetMemberEc2DeepInspectionStatus(Backing backing) : IOperation<BatchGetMemberEc2DeepInspectionStatusRequest, BatchGetMemberEc2DeepInspectionStatusResponse>
{
    private const int Most = 100;

    public async Task<BatchGetMemberEc2DeepInspectionStatusResponse> HandleAsync(BatchGetMemberEc2DeepInspectionStatusRequest request, Caller caller, CancellationToken cancel)
    {
        var position = await Position.FindAsync(backing, caller, cancel);
        position.DemandAdministrator("BatchGetMemberEc2DeepInspectionStatus");
        await using var session = await backing.Database.ReadAsync(cancel);
        var asked = request.AccountIds is { Count: > 0 } ids ? ids : [.. (await new OrganizationStore(session).MembersAsync(position.Tenant, true, "", Most, cancel)).Select(m => m.Account.Number)];
        if (asked.Count == 0) return new() { AccountIds = [], FailedAccountIds = [] };

        var chosen = await position.ChooseAsync(session, caller, asked, cancel);
        var states = new List<MemberAccountEc2DeepInspectionStatusState>();
        foreach (var (number, scope) in chosen)
        {
            if (scope is { } own) states.Add(new() { AccountId = number, Status = (await DeepInspection.OfAsync(session, position, own, false, cancel)).Status });
        }

        return new() { AccountIds = states, FailedAccountIds = [.. chosen.Where(c => c.Scope is null).Select(c => Failed(c.Number))] };
    }

    internal static FailedMemberAccountEc2DeepInspectionStatusState Failed(string account) =>
        new() { AccountId = account, Ec2ScanStatus = Status.Disabled, ErrorMessage = "The account is no member of this organization." };
}
