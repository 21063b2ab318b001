using Vidimus.Api.Inspector2.Organizations;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Configurations;

/// <summary>ARNs of what callers configure; each ends in a random id.</summary>
internal static class Arns
{
    public const string Cis = "cis-configuration";
    public const string CodeConfiguration = "codesecurity-configuration";
    public const string CodeIntegration = "codesecurity-integration";
    public const string Connector = "connector";

    /// <param name="owner">Twelve digits or an organization's id, for kinds whose ARNs name one.</param>
    public static string Of(Caller caller, string kind, string id, string? owner = null) => $"arn:aws:inspector2:{caller.Region}:{caller.Account}:{(owner is null ? "" : $"owner/{owner}/")}{kind}/{id}";

    public static string NewId() => Guid.NewGuid().ToString();

    /// <summary>Who owns what the caller makes: the organization what its administrator makes.</summary>
    public static string Owner(Position position, Caller caller) => position.IsAdministrator ? position.Organization!.PublicId : caller.Account;

    /// <summary>The kind and the id that an ARN of ours ends in; null when it isn't one.</summary>
    public static (string Kind, string Id)? Parse(string arn) => arn.Split(':', 6) is ["arn", _, "inspector2", _, _, var rest] && rest.Split('/') is [.., var kind, { Length: > 0 } id] ? (kind, id) : null;
}
