using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Findings;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Organizations;

/// <summary>The resource types that an account has switched on, in the wire's forms. Nothing is ever pending: a type is on or off.</summary>
internal sealed record Enabled(IReadOnlySet<string> Types)
{
    public string Status => Of(Types.Count > 0);

    public ResourceStatus ResourceStatus => new()
    {
        Ec2 = Of(ResourceScanType.Ec2),
        Ecr = Of(ResourceScanType.Ecr),
        Lambda = Of(ResourceScanType.Lambda),
        LambdaCode = Of(ResourceScanType.LambdaCode),
        CodeRepository = Of(ResourceScanType.CodeRepository),
    };

    public ResourceState ResourceState => new()
    {
        Ec2 = State(Of(ResourceScanType.Ec2)),
        Ecr = State(Of(ResourceScanType.Ecr)),
        Lambda = State(Of(ResourceScanType.Lambda)),
        LambdaCode = State(Of(ResourceScanType.LambdaCode)),
        CodeRepository = State(Of(ResourceScanType.CodeRepository)),
    };

    public static State State(string status) => new() { Status = status, ErrorCode = "NONE", ErrorMessage = "" };

    public static Enabled From(IEnumerable<Enablement> rows) => new(rows.Where(r => r.Enabled).Select(r => r.Type).ToHashSet(StringComparer.Ordinal));

    public static async Task<Enabled> OfAsync(Session session, Scope scope, CancellationToken cancel) => From(await new EnablementStore(session).OfAccountAsync(scope, cancel));

    public Account ToWire(string account) => new() { AccountId = account, Status = Status, ResourceStatus = ResourceStatus };

    private string Of(string type) => Of(Types.Contains(type));

    private static string Of(bool enabled) => enabled ? Shapes.Status.Enabled : Shapes.Status.Disabled;
}

internal static class FailedAccounts
{
    public static FailedAccount Denied(string account) => Of(account, ErrorCode.AccessDenied, "The caller may not see this account.");

    public static FailedAccount Of(string account, string code, string message) => new() { AccountId = account, ErrorCode = code, ErrorMessage = message };
}
