using System.Text.Json.Serialization;

namespace Vidimus.Findings.Query;

/// <summary>The fields of a finding that are texts on the wire. What is said of the resource is a <see cref="ResourceFact"/>.</summary>
public enum FindingText
{
    Account,
    Type,
    Severity,
    Status,
    Fix,
    Title,
    VulnerabilityId,
    Exploit,
    Related,
    Source,
    VendorSeverity,

    /// <summary>What only findings of the network and of code have; no engine makes those yet, so no finding has a value.</summary>
    Absent,
}

public enum FindingTime
{
    FirstObserved,
    LastObserved,
    Updated,
}

public enum FindingNumber
{
    Score,
    Epss,
}

/// <summary>Which findings are meant, parsed: all fields must be met.</summary>
public sealed record FindingCriteria
{
    public static FindingCriteria All { get; } = new();

    public IReadOnlyList<(FindingText Field, IReadOnlyList<TextCondition> Conditions)> Texts { get; init; } = [];
    public IReadOnlyList<(FindingTime Field, IReadOnlyList<TimeRange> Ranges)> Times { get; init; } = [];
    public IReadOnlyList<(FindingNumber Field, IReadOnlyList<NumberRange> Ranges)> Numbers { get; init; } = [];

    /// <summary>The findings themselves, each with its account's digits; null for any.</summary>
    public IReadOnlyList<(long Id, string Account)>? Ids { get; init; }

    public IReadOnlyList<(long Id, string Account)> NotIds { get; init; } = [];

    /// <summary>One must be met by one of the affected packages.</summary>
    public IReadOnlyList<PackageCondition> Packages { get; init; } = [];

    /// <summary>Whether a range of ports was asked for: no finding has one yet.</summary>
    public bool Ports { get; init; }

    public ResourceCriteria Resource { get; init; } = ResourceCriteria.All;

    /// <summary>Whether a rule asks, which is judged by what is so without rules: the source's severity, and open or closed. Or a rule would undo itself, and rules would depend on each other.</summary>
    [JsonIgnore]
    public bool ByRule { get; init; }

    /// <summary>Only findings that don't show yet what the rule says; null for all.</summary>
    [JsonIgnore]
    public RuleEffect? Due { get; init; }
}

/// <summary>What a rule does with the findings that it meets. Of several, the one with the smallest number does.</summary>
/// <param name="Severity">What it displays; null for what the source says.</param>
public sealed record RuleEffect(long Rule, bool Hides, FindingSeverity? Severity);

/// <summary>Which resources are meant.</summary>
public sealed record ResourceCriteria
{
    public static ResourceCriteria All { get; } = new();

    public IReadOnlyList<(ResourceFact Fact, IReadOnlyList<TextCondition> Conditions)> Texts { get; init; } = [];

    /// <summary>Numbers, and times as milliseconds.</summary>
    public IReadOnlyList<(ResourceFact Fact, IReadOnlyList<NumberRange> Ranges)> Numbers { get; init; } = [];

    /// <summary>Of each list, one tag must be there.</summary>
    public IReadOnlyList<IReadOnlyList<TagCondition>> Tags { get; init; } = [];

    public bool IsEmpty => Texts.Count == 0 && Numbers.Count == 0 && Tags.Count == 0;
}

/// <summary>By what findings are sorted; within what is equal by account, kind, vulnerability, resource: an order that no change of a finding disturbs.</summary>
public enum FindingSort
{
    None,
    Account,
    Type,
    Severity,
    FirstObserved,
    LastObserved,
    Status,
    ResourceType,
    ImagePushed,
    Repository,
    Registry,
    NetworkProtocol,
    ComponentType,
    VulnerabilityId,
    Source,
    Score,
    VendorSeverity,
    Epss,
}
