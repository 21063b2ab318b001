namespace Vidimus.Findings;

/// <summary>What is shown of a finding: closed before suppressed before active.</summary>
public enum FindingStatus : short
{
    Active = 1,
    Suppressed = 2,
    Closed = 3,
}

/// <summary>In order of weight; a vulnerability that nobody has rated is below all that are.</summary>
public enum FindingSeverity : short
{
    Untriaged = 0,
    Informational = 1,
    Low = 2,
    Medium = 3,
    High = 4,
    Critical = 5,
}

/// <summary>Whether the affected packages of a finding have a version to go to.</summary>
public enum FixAvailable : short
{
    No = 0,
    Partial = 1,
    Yes = 2,
}

/// <summary>Why a finding is gone. It decides how long the closed finding is kept.</summary>
public enum ClosingReason : short
{
    /// <summary>A scan, or a change of an advisory, no longer finds it.</summary>
    NotObserved = 1,

    /// <summary>The resource was deleted, terminated or archived.</summary>
    ResourceGone = 2,

    /// <summary>The resource is no longer watched: its time has lapsed.</summary>
    CoverageEnded = 3,

    /// <summary>The vulnerability became another's alias, and that one is on the resource already.</summary>
    Merged = 4,

    /// <summary>Scanning resources of its kind was switched off for the account.</summary>
    Disabled = 5,
}

/// <summary>The facts about a finding that a scan or an advisory may change.</summary>
/// <param name="Severity">The source's; what a rule displays in its place is a <see cref="RuledSeverity"/>.</param>
/// <param name="Score">The base score; null where nobody gave one.</param>
/// <param name="Evidence">The row id of the packages and places, which resources with the same packages share.</param>
public readonly record struct FindingFacts(FindingSeverity Severity, double? Score, FixAvailable Fix, long Evidence);

/// <summary>The severity that a rule displays in place of the source's, which stays beside it.</summary>
public readonly record struct RuledSeverity(long Rule, FindingSeverity Severity);

/// <summary>When and why a finding went.</summary>
public readonly record struct Closing(DateTimeOffset At, ClosingReason Reason);

/// <summary>A finding: one vulnerability, path or place on one resource, and its state. What it may become is said here; a store only writes it down.</summary>
/// <param name="Id">The row id; 0 until a store has given one.</param>
/// <param name="Incarnation">0 for the first; one more each time that it comes back too late to be reopened, which makes it another finding with another ARN.</param>
/// <param name="Suppression">The rule that hides it; null for none. It stays when the finding closes, and a reopened finding is still hidden by it: why a finding is hidden and why it is gone are two facts.</param>
/// <param name="Closing">Null while it is open.</param>
public sealed record Finding(long Id, FindingKey Key, int Incarnation, FindingFacts Facts, long? Suppression, Closing? Closing, DateTimeOffset FirstObserved, DateTimeOffset Updated)
{
    /// <summary>How long after closing the same finding comes back with the same ARN.</summary>
    public static TimeSpan Reopening { get; } = TimeSpan.FromDays(7);

    /// <summary>Null for the source's own severity. As <see cref="Suppression"/> it stays when the finding closes.</summary>
    public RuledSeverity? Rating { get; init; }

    /// <summary>What is displayed, counted, filtered and sorted by.</summary>
    public FindingSeverity Severity => Rating?.Severity ?? Facts.Severity;

    public bool IsOpen => Closing is null;

    public FindingStatus Status => Closing is not null ? FindingStatus.Closed : Suppression is not null ? FindingStatus.Suppressed : FindingStatus.Active;

    /// <summary>When a closed finding is deleted; null while it is open.</summary>
    public DateTimeOffset? Deletion => Closing switch
    {
        null => null,
        { Reason: ClosingReason.ResourceGone or ClosingReason.CoverageEnded } gone => gone.At + TimeSpan.FromDays(3),
        { Reason: ClosingReason.Disabled } disabled => disabled.At + TimeSpan.FromHours(24),
        { } closed => closed.At + TimeSpan.FromDays(30),
    };

    /// <summary>Whether it still is the same finding when its cause is seen again.</summary>
    public bool MayReopen(DateTimeOffset now) => Closing is { } closing && now - closing.At <= Reopening;

    public static Finding Opened(FindingKey key, int incarnation, FindingFacts facts, DateTimeOffset now) => new(0, key, incarnation, facts, null, null, now, now);

    public Finding With(FindingFacts facts, DateTimeOffset now) => this with { Facts = facts, Updated = now };

    public Finding Reopened(FindingFacts facts, DateTimeOffset now) => this with { Facts = facts, Closing = null, Updated = now };

    public Finding Closed(ClosingReason reason, DateTimeOffset now) => this with { Closing = new(now, reason), Updated = now };

    /// <summary>Hidden by a rule and rated by a rule, or by none again.</summary>
    public Finding Ruled(long? suppression, RuledSeverity? rating, DateTimeOffset now) => this with { Suppression = suppression, Rating = rating, Updated = now };
}
