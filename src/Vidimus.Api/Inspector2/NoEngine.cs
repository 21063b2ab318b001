using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2;

/// <summary>Refusals of what would start work, or read the results of work, that nothing here does.</summary>
internal static class NoEngine
{
    public const string CodeSecurity = "code security";
    public const string Cis = "CIS scans";
    public const string Azure = "Azure connectors";

    /// <summary>Why something that was configured does nothing.</summary>
    public static string Reason(string engine) => $"this server has no engine for {engine}";

    public static ApiException For(string engine) => ApiException.Validation(Reason(engine));
}
