using Vidimus.Api.Inspector2.Organizations;
using Vidimus.Api.Inspector2.Settings;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /ec2deepinspectionstatus/member/batch/update</c></summary>
[Coverage(OperationState.Configuration)]
internal sealed class BatchUpdateMemberEc2DeepInspectionStatus(Backing backing) : IOperation<BatchUpdateMemberEc2DeepInspectionStatusRequest, BatchUpdateMemberEc2DeepInspectionStatusResponse>
{
    public async Task<BatchUpdateMemberEc2DeepInspectionStatusResponse> HandleAsync(BatchUpdateMemberEc2DeepInspectionStatusRequest request, Caller caller, CancellationToken cancel)
    {
        var position = await Position.FindAsync(backing, caller, cancel);
        position.DemandAdministrator("BatchUpdateMemberEc2DeepInspectionStatus");
        if (request.AccountIds!.Count == 0) return new() { AccountIds = [], FailedAccountIds = [] };

        var wanted = request.AccountIds.DistinctBy(a => a.AccountId).ToDictionary(a => a.AccountId!, a => a.ActivateDeepInspection);
        await using var session = await backing.Database.WriteAsync(cancel);
        var chosen = await position.ChooseAsync(session, caller, [.. wanted.Keys], cancel);
        var states = new List<MemberAccountEc2DeepInspectionStatusState>();
        foreach (var (number, scope) in chosen)
        {
            if (scope is not { } own) continue;
            var before = await DeepInspection.OfAsync(session, position, own, false, cancel);
            var inspection = before with { Own = before.Own with { ActivateDeepInspection = wanted[number] } };
            await inspection.PutAsync(session, own, backing.Time.GetUtcNow(), cancel);
            states.Add(new() { AccountId = number, Status = inspection.Status });
        }

        await session.CommitAsync(cancel);
        return new() { AccountIds = states, FailedAccountIds = [.. chosen.Where(c => c.Scope is null).Select(c => BatchGetMemberEc2DeepInspectionStatus.Failed(c.Number))] };
    }
}
