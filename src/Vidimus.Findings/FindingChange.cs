namespace Vidimus.Findings;

/// <summary>What happened to a finding. The numbers are in the store and never change their meaning.</summary>
public enum FindingCause : short
{
    Opened = 1,

    /// <summary>Severity, score, fix or packages are others.</summary>
    Updated = 2,
    Closed = 3,
    Reopened = 4,
    Suppressed = 5,
    Unsuppressed = 6,

    /// <summary>Its vulnerability became another's alias and it goes on under that number.</summary>
    Renumbered = 7,

    /// <summary>A rule displays another severity than before, or none does any longer.</summary>
    Rated = 8,
}

/// <summary>One change of one finding: an entry of its history and, for those who listen, an event.</summary>
/// <param name="Before">Null for a new finding.</param>
public sealed record FindingChange(FindingCause Cause, Finding? Before, Finding After)
{
    public FindingKey Key => After.Key;

    public DateTimeOffset At => After.Updated;
}
