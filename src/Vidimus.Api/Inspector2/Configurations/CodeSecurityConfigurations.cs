using Vidimus.Api.Inspector2.Organizations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Configurations;

/// <summary>What code is to be scanned for, and when.</summary>
internal static class CodeSecurityConfigurations
{
    /// <summary>As AWS's: beside the one for all new projects.</summary>
    public const int Quota = 500;

    /// <summary>Kept in the form of the answer that shows one; tags lie elsewhere.</summary>
    public static Owned<GetCodeSecurityScanConfigurationResponse> All { get; } = new(Arns.CodeConfiguration, c => c.ScanConfigurationArn);

    /// <exception cref="ApiException">The parts don't go together.</exception>
    public static void Check(CodeSecurityScanConfiguration configuration)
    {
        if (configuration.RuleSetCategories!.Distinct().Count() != configuration.RuleSetCategories!.Count) throw ApiException.Validation("A category stands twice in ruleSetCategories.");
        if (configuration.PeriodicScanConfiguration is not { } periodic) return;
        if (periodic is { Frequency: PeriodicScanFrequency.Never, FrequencyExpression: not null }) throw ApiException.Validation("A frequency of NEVER has no expression.");
        if (periodic.FrequencyExpression is { } text && !IsCron(text)) throw ApiException.Validation("frequencyExpression is no cron expression, such as cron(0 12 ? * MON *).");
    }

    /// <exception cref="ApiException">The level is not the caller's.</exception>
    public static void CheckLevel(string level, Position position)
    {
        if (level == ConfigurationLevel.Organization) position.DemandAdministrator("CreateCodeSecurityScanConfiguration with the level ORGANIZATION");
    }

    public static CodeSecurityScanConfigurationSummary Summary(GetCodeSecurityScanConfigurationResponse whole, string account) => new()
    {
        ScanConfigurationArn = whole.ScanConfigurationArn!,
        Name = whole.Name!,
        OwnerAccountId = account,
        PeriodicScanFrequency = whole.Configuration!.PeriodicScanConfiguration?.Frequency,
        FrequencyExpression = whole.Configuration.PeriodicScanConfiguration?.FrequencyExpression,
        ContinuousIntegrationScanSupportedEvents = whole.Configuration.ContinuousIntegrationScanConfiguration?.SupportedEvents,
        RuleSetCategories = whole.Configuration.RuleSetCategories!,
        ScopeSettings = whole.ScopeSettings,
    };

    /// <summary>Six fields of the signs that EventBridge's expressions have.</summary>
    private static bool IsCron(string text)
    {
        if (!text.StartsWith("cron(", System.StringComparison.Ordinal) || !text.EndsWith(')')) return false;
        var fields = text[5..^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length == 6 && fields.All(f => f.All(c => char.IsAsciiLetterOrDigit(c) || c is '*' or '?' or ',' or '-' or '/' or '#'));
    }
}
