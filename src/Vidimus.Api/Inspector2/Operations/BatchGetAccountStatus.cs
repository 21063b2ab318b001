using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary>Where it is known which resource types an account has enabled.</summary>
public interface IEnablement
{
    /// <summary>The enabled types of an account in a region, in the wire's spelling (<c>EC2</c>, <c>ECR</c>, <c>LAMBDA</c>, <c>LAMBDA_CODE</c>, <c>CODE_REPOSITORY</c>).</summary>
    ValueTask<IReadOnlySet<string>> EnabledAsync(string account, string region, CancellationToken cancel);
}

/// <summary><c>POST /status/batch/get</c></summary>
/// <remarks>A caller sees its own account; of another one it learns that access is denied, whether that exists or not.</remarks>
internal sealed class BatchGetAccountStatus(IEnablement enablement) : IOperation<BatchGetAccountStatusRequest, BatchGetAccountStatusResponse>
{
    public async Task<BatchGetAccountStatusResponse> HandleAsync(BatchGetAccountStatusRequest request, Caller caller, CancellationToken cancel)
    {
        var asked = request.AccountIds is { Count: > 0 } ids ? ids.Distinct().ToList() : [caller.Account];
        var own = asked.Contains(caller.Account) ? new[] { Account(caller.Account, await enablement.EnabledAsync(caller.Account, caller.Region, cancel)) } : [];
        return new() { Accounts = own, FailedAccounts = [.. asked.Where(a => a != caller.Account).Select(Denied)] };
    }

    private static AccountState Account(string account, IReadOnlySet<string> enabled) => new()
    {
        AccountId = account,
        State = State(enabled.Count > 0),
        ResourceState = new()
        {
            Ec2 = State(enabled.Contains(ResourceScanType.Ec2)),
            Ecr = State(enabled.Contains(ResourceScanType.Ecr)),
            Lambda = State(enabled.Contains(ResourceScanType.Lambda)),
            LambdaCode = State(enabled.Contains(ResourceScanType.LambdaCode)),
            CodeRepository = State(enabled.Contains(ResourceScanType.CodeRepository)),
        },
    };

    /// <summary>Nothing is ever pending here: a type is on or off.</summary>
    private static State State(bool enabled) => new() { Status = enabled ? Status.Enabled : Status.Disabled, ErrorCode = "NONE", ErrorMessage = "" };

    private static FailedAccount Denied(string account) => new()
    {
        AccountId = account,
        ErrorCode = ErrorCode.AccessDenied,
        ErrorMessage = "The caller may not see this account.",
    };
}
