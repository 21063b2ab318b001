using Vidimus.Api.Inspector2.Shapes;

namespace Vidimus.Api.Inspector2.Configurations;

/// <summary>Links to other clouds. None is ever pending: what would enable one is not there, and that is said at once.</summary>
internal static class Connectors
{
    public const int Quota = 100;

    /// <summary>Under which configurations a client's token leads to the connector that it made.</summary>
    public const string Tokens = "connector-token";

    /// <summary>Under which lie the scan configurations, by the ARN of the AWS Config connector.</summary>
    public const string Scans = "connector-scan";

    public static Owned<Connector> All { get; } = new(Arns.Connector, c => c.ConnectorArn);

    public static AzureScopeConfiguration? ToWire(AzureScopeConfigurationInput? input) => input is null ? null : new()
    {
        VmScanning = ToWire(input.VmScanning),
        ContainerImageScanning = ToWire(input.ContainerImageScanning),
        ServerlessScanning = ToWire(input.ServerlessScanning),
    };

    private static ScopeConfiguration? ToWire(ScopeConfigurationInput? input) =>
        input is null ? null : new() { ScopeType = input.ScopeType!, ScopeValues = input.ScopeValues, State = ScopeState.Error, StateReason = NoEngine.Reason(NoEngine.Azure) };

    /// <summary>Whether a connector meets what was asked for: one value of each field.</summary>
    public static bool Meets(this Connector connector, ConnectorFilterCriteria? criteria) => criteria is null
        || (IsOne(criteria.ConnectorArns?.Select(f => f.Value), connector.ConnectorArn) && IsOne(criteria.AwsConfigConnectorArns?.Select(f => f.Value), connector.AwsConfigConnectorArn)
            && IsOne(criteria.Provider?.Select(f => f.Value), connector.Provider) && IsOne(criteria.ConnectorType?.Select(f => f.Value), ConnectorType.CustomerManaged)
            && MeetsAccount(criteria.Accounts, connector.ConnectorArn.Split(':')[4]));

    private static bool MeetsAccount(IReadOnlyList<StringFilter>? filters, string account)
    {
        if (filters is not { Count: > 0 }) return true;
        var wanted = filters.Where(f => f.Comparison != Shapes.StringComparison.NotEquals).ToList();
        return filters.Except(wanted).All(f => f.Value != account)
            && (wanted.Count == 0 || wanted.Any(f => f.Comparison == Shapes.StringComparison.Prefix ? account.StartsWith(f.Value!, System.StringComparison.Ordinal) : f.Value == account));
    }

    private static bool IsOne(IEnumerable<string?>? wanted, string? value) => wanted is null || !wanted.Any() || wanted.Contains(value);
}
