namespace Vidimus.Findings.Query;

/// <summary>Inspector's words for what a finding is.</summary>
public static class FindingNames
{
    public static string Of(FindingKind kind) => kind switch
    {
        FindingKind.Network => "NETWORK_REACHABILITY",
        FindingKind.Code => "CODE_VULNERABILITY",
        _ => "PACKAGE_VULNERABILITY",
    };

    public static string Of(FindingSeverity severity) => severity.ToString().ToUpperInvariant();

    public static string Of(FindingStatus status) => status.ToString().ToUpperInvariant();

    public static string Of(FixAvailable fix) => fix.ToString().ToUpperInvariant();
}
