using Vidimus.Storage;

namespace Vidimus.Api.Protocol;

/// <summary>Which role may call which operation: the one place that says it.</summary>
public static class Roles
{
    /// <summary>Operations that change nothing begin with one of these words.</summary>
    private static readonly string[] Reading = ["BatchGet", "Describe", "Get", "List", "Preview", "Search"];

    /// <summary>Who belongs together, and under which key it is kept: an administrator's alone.</summary>
    private static readonly HashSet<string> Administrators = new(StringComparer.Ordinal)
    {
        "AssociateMember", "BatchUpdateMemberEc2DeepInspectionStatus", "DisableDelegatedAdminAccount", "DisassociateMember", "EnableDelegatedAdminAccount", "ResetEncryptionKey",
        "UpdateEncryptionKey", "UpdateOrganizationConfiguration", "UpdateOrgEc2DeepInspectionConfiguration",
    };

    public static string NameOf(Role role) => role switch
    {
        Role.Administrator => "administrator",
        Role.Operator => "operator",
        _ => "reader",
    };

    public static bool TryParse(string name, out Role role)
    {
        role = name switch
        {
            "administrator" => Role.Administrator,
            "operator" => Role.Operator,
            "reader" => Role.Reader,
            _ => 0,
        };
        return role != 0;
    }

    /// <summary>Whether a call of the operation can change something that stays. ScanSbom keeps nothing.</summary>
    public static bool IsMutating(string operation) => operation is not "ScanSbom" && !Array.Exists(Reading, word => operation.StartsWith(word, StringComparison.Ordinal));

    /// <summary>Whether calls of the operation are in the audit log as they come. An offer that changes something writes its own entry with the change; one that changes nothing, and a document nobody holds yet, are no change.</summary>
    public static bool IsAudited(string operation) => IsMutating(operation) && operation is not ("Offer" or "PutDocument");

    /// <summary>The least role that may call the operation.</summary>
    public static Role Needed(string operation) => Administrators.Contains(operation) ? Role.Administrator : IsMutating(operation) ? Role.Operator : Role.Reader;

    /// <summary>The refusal of a call that the caller's role does not allow, in AWS's words; null for one that it does.</summary>
    internal static ApiException? Refusal(Caller caller, OperationModel operation)
    {
        if (TryParse(caller.Role, out var role) && role >= Needed(operation.Name)) return null;
        var action = $"{operation.Service.SigningName}:{operation.Name}";
        return ApiException.AccessDenied($"User: {caller.Arn} is not authorized to perform: {action} on resource: arn:aws:{operation.Service.SigningName}:{caller.Region}:{caller.Account}:{operation.Path} because no identity-based policy allows the {action} action");
    }
}
