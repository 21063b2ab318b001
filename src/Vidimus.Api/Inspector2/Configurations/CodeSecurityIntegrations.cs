using Vidimus.Api.Inspector2.Shapes;

namespace Vidimus.Api.Inspector2.Configurations;

/// <summary>Where code lies. Tokens and codes that open it are not kept, as nothing here would use them.</summary>
internal static class CodeSecurityIntegrations
{
    public const int Quota = 100;

    /// <summary>Kept in the form of the answer that shows one; tags lie elsewhere.</summary>
    public static Owned<GetCodeSecurityIntegrationResponse> All { get; } = new(Arns.CodeIntegration, i => i.IntegrationArn);

    /// <summary>Never PENDING: nobody would end it.</summary>
    public const string Status = IntegrationStatus.Inactive;

    public static CodeSecurityIntegrationSummary Summary(GetCodeSecurityIntegrationResponse whole) => new()
    {
        IntegrationArn = whole.IntegrationArn,
        Name = whole.Name,
        Type = whole.Type,
        Status = whole.Status,
        StatusReason = whole.StatusReason,
        CreatedOn = whole.CreatedOn,
        LastUpdateOn = whole.LastUpdateOn,
    };
}
