namespace Vidimus.Model.Advisories;

/// <summary>One thing that a feed says. Nothing past a feed's reader knows the feed's own field names.</summary>
public abstract record FeedRecord;

/// <summary>What kind of thing an advisory warns of.</summary>
public enum AdvisoryKind : byte
{
    Vulnerability,

    /// <summary>The package itself is the attack (OSV's <c>MAL-</c> entries).</summary>
    Malicious,
}

/// <summary>What a vendor says of a package in its own release.</summary>
public enum AffectedStatus : byte
{
    /// <summary>Affected where the ranges say so; with a fixed version, fixed there.</summary>
    Affected,

    /// <summary>Affected and no fix is planned (Debian's ignored, end-of-life of the source's support).</summary>
    WillNotFix,

    /// <summary>Affected, the fix is put off (Debian's postponed, no-dsa).</summary>
    Deferred,

    /// <summary>The vendor no longer supports this package or release.</summary>
    EndOfLife,

    /// <summary>The vendor has not decided yet (Debian's undetermined).</summary>
    UnderInvestigation,

    /// <summary>Never affected: evidence against a match, kept for explanations.</summary>
    NotAffected,
}

/// <summary>An advisory: a vulnerability as one source tells of it.</summary>
public sealed record Advisory : FeedRecord
{
    /// <summary>The source's own id: <c>GHSA-…</c>, <c>DSA-5000-1</c>, <c>CVE-2024-1234</c>.</summary>
    public required string Id { get; init; }

    public AdvisoryKind Kind { get; init; }

    /// <summary>Other ids of the same vulnerability: symmetric and transitive.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Vulnerabilities that this advisory is about without being the same thing (a distribution's notice of several CVEs): transitive, not symmetric.</summary>
    public IReadOnlyList<string> Upstream { get; init; } = [];

    public string? Title { get; init; }

    public string? Details { get; init; }

    /// <summary>Where a person reads it.</summary>
    public string? Url { get; init; }

    public DateTimeOffset? Published { get; init; }

    public DateTimeOffset? Modified { get; init; }

    /// <summary>From then on it must not match; it stays in the book for explanations.</summary>
    public DateTimeOffset? Withdrawn { get; init; }

    public IReadOnlyList<SeverityRating> Severities { get; init; } = [];

    public IReadOnlyList<string> Cwes { get; init; } = [];

    public IReadOnlyList<Affected> Affected { get; init; } = [];
}

/// <summary>A rating as a source gives it.</summary>
/// <param name="Source">Who rates: <c>debian</c>, <c>ghsa</c>, <c>nvd</c>, a CNA's or ADP's name.</param>
/// <param name="Type"><c>CVSS:2.0</c>, <c>CVSS:3.0</c>, <c>CVSS:3.1</c>, <c>CVSS:4.0</c>, or <c>word</c> for a vendor's own scale.</param>
/// <param name="Value">The vector, or the vendor's word as written.</param>
/// <param name="Score">The base score where the source gives it.</param>
public sealed record SeverityRating(string Source, string Type, string Value, double? Score = null);

/// <summary>A package that an advisory is about.</summary>
public sealed record Affected
{
    /// <summary>As OSV spells it, with release: <c>Debian:12</c>, <c>npm</c>.</summary>
    public required string Ecosystem { get; init; }

    /// <summary>As the advisory has it.</summary>
    public required string Name { get; init; }

    public IReadOnlyList<VersionRange> Ranges { get; init; } = [];

    /// <summary>Versions named one by one; they hold by equality of text.</summary>
    public IReadOnlyList<string> Versions { get; init; } = [];

    public AffectedStatus Status { get; init; }

    /// <summary>The vendor's rating for this very package, where it has one.</summary>
    public IReadOnlyList<SeverityRating> Severities { get; init; } = [];

    /// <summary>The architectures it is limited to; empty for all.</summary>
    public IReadOnlyList<string> Architectures { get; init; } = [];

    /// <summary>A module and its stream, <c>nodejs:18</c>, that it is limited to.</summary>
    public string? Module { get; init; }
}

/// <summary>A range as its events, in any order: see OSV's evaluation rule.</summary>
public sealed record VersionRange(IReadOnlyList<RangeEvent> Events)
{
    /// <summary>Every version.</summary>
    public static VersionRange All { get; } = new([new(RangeEventKind.Introduced, "0")]);

    /// <summary>Every version before one.</summary>
    public static VersionRange Before(string version) => Between("0", version);

    /// <summary>From one version on, <c>0</c> for the first of all, and before another, null for no end.</summary>
    public static VersionRange Between(string from, string? before) =>
        new(before is null ? [new(RangeEventKind.Introduced, from)] : [new(RangeEventKind.Introduced, from), new(RangeEventKind.Fixed, before)]);
}

/// <summary>What happens at a version.</summary>
public enum RangeEventKind : byte
{
    /// <summary>Affected from here on; version <c>0</c> is before every version.</summary>
    Introduced,

    /// <summary>No longer affected from here on.</summary>
    Fixed,

    /// <summary>Affected up to and with this one.</summary>
    LastAffected,

    /// <summary>Only versions before it are looked at; <c>*</c> for no limit.</summary>
    Limit,

    /// <summary>Affected from right behind it on, itself not: what OSV has no word for, and RubyGems' and Composer's <c>&gt;</c> mean.</summary>
    IntroducedAfter,
}

public readonly record struct RangeEvent(RangeEventKind Kind, string Version);

/// <summary>An entry of a catalogue of vulnerabilities that are exploited in the wild.</summary>
public sealed record ExploitedEntry(string Id, DateOnly Added, DateOnly? Due, bool Ransomware) : FeedRecord;

/// <summary>The estimated probability of exploitation within 30 days.</summary>
/// <param name="Score">0 to 1.</param>
/// <param name="Percentile">0 to 1; null in feeds that lack it.</param>
public sealed record ExploitScore(string Id, double Score, double? Percentile, DateOnly? Date) : FeedRecord;

/// <summary>What the CVE list says of a CVE: the words, the ratings by CNA and ADP, the weakness, the decision points.</summary>
public sealed record CveRecord(string Id) : FeedRecord
{
    public bool Rejected { get; init; }

    public string? Title { get; init; }

    public string? Details { get; init; }

    public DateTimeOffset? Published { get; init; }

    public IReadOnlyList<SeverityRating> Severities { get; init; } = [];

    public IReadOnlyList<string> Cwes { get; init; } = [];

    /// <summary>CISA's SSVC decision points: <c>Exploitation</c>, <c>Automatable</c>, <c>Technical Impact</c>.</summary>
    public IReadOnlyDictionary<string, string> Ssvc { get; init; } = new Dictionary<string, string>();
}

/// <summary>The last day of a release's support.</summary>
/// <param name="Product">As the feed names it: <c>debian</c>, <c>alpine</c>.</param>
/// <param name="Cycle">The release: <c>11</c>, <c>3.18</c>.</param>
public sealed record EndOfLife(string Product, string Cycle, DateOnly? Ends) : FeedRecord
{
    public DateOnly? Released { get; init; }
}
