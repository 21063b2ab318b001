using Vidimus.Model.Vex;

namespace Vidimus.Model.Reports;

/// <summary>The result of a scan, as <c>--format json</c> writes it: schema version 1. Within major version 1 members are added, never renamed, retyped or removed.</summary>
public sealed record ScanReport
{
    public string SchemaVersion { get; init; } = "1.0";
    public required ReportTool Tool { get; init; }
    public required ReportTarget Target { get; init; }
    public required ReportBook Book { get; init; }

    /// <summary>Whether nothing that was looked for went unread.</summary>
    public required bool Complete { get; init; }
    public required ReportSummary Summary { get; init; }

    /// <summary>Null without <c>--fail-on</c>.</summary>
    public ReportGate? Gate { get; init; }
    public required IReadOnlyList<ReportPackage> Packages { get; init; }
    public required IReadOnlyList<ReportFinding> Findings { get; init; }
    public required IReadOnlyList<ReportNote> Notes { get; init; }
}

public sealed record ReportTool(string Name, string Version);

public sealed record ReportTarget(string Kind, string Name, string? Digest, string? Arch, ReportOs? Os, IReadOnlyList<ReportLayer> Layers);

/// <param name="Eol">The last day of support, <c>yyyy-MM-dd</c>; null when unknown.</param>
public sealed record ReportOs(string Id, string Name, string? Version, string? Eol);

public sealed record ReportLayer(string Digest, string DiffId, string? CreatedBy);

/// <param name="Built">When the book was compiled, UTC.</param>
/// <param name="Starter">Only the starter advisories answered.</param>
/// <param name="Stale">The book is older than it should be and could not be refreshed.</param>
public sealed record ReportBook(DateTimeOffset? Built, bool Starter, bool Stale, IReadOnlyList<ReportSource> Sources);

/// <param name="Date">The newest date the source's records carry, or when it was fetched.</param>
public sealed record ReportSource(string Name, DateTimeOffset? Date, int Records, int Rejected);

/// <summary>Counts of the findings that are shown; <paramref name="Hidden"/> counts those that are not.</summary>
public sealed record ReportSummary(int Critical, int High, int Medium, int Low, int Informational, int Untriaged, int Fixable, int Kev, int Hidden);

/// <param name="Count">How many findings crossed the gate.</param>
public sealed record ReportGate(IReadOnlyList<string> Rules, bool Failed, int Count);

public sealed record ReportPackage(
    string Id, string Purl, string Name, string Version, string Type, string? Arch, ReportSourcePackage? Source, string Path, string? Layer,
    IReadOnlyList<ReportLocation> Locations, string? Owner, string? Scope, IReadOnlyList<string> Licenses);

public sealed record ReportSourcePackage(string Name, string Version);

public sealed record ReportLocation(string Path, string? Layer, string? Entry);

/// <summary>One vulnerability of one package.</summary>
public sealed record ReportFinding
{
    /// <summary>Equal across runs for the same finding of the same target.</summary>
    public required string Key { get; init; }

    /// <summary><c>vulnerability</c>, <c>end-of-life</c> or <c>malicious</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>CVE before vendor before GHSA.</summary>
    public required string Id { get; init; }
    public required IReadOnlyList<string> Aliases { get; init; }
    public required string Title { get; init; }

    /// <summary><c>CRITICAL</c>, <c>HIGH</c>, <c>MEDIUM</c>, <c>LOW</c>, <c>INFORMATIONAL</c> or <c>UNTRIAGED</c>.</summary>
    public required string Severity { get; init; }
    public string? SeveritySource { get; init; }
    public double? Score { get; init; }
    public string? Vector { get; init; }
    public required IReadOnlyList<ReportCvss> Cvss { get; init; }
    public required IReadOnlyList<string> Cwes { get; init; }

    /// <summary>The <see cref="ReportPackage.Id"/>; null for a finding about the system itself.</summary>
    public string? PackageId { get; init; }
    public string? Purl { get; init; }
    public string? Package { get; init; }
    public string? Version { get; init; }

    /// <summary>The nearest version that is no longer affected.</summary>
    public string? FixedVersion { get; init; }
    public required IReadOnlyList<string> FixedVersions { get; init; }

    /// <summary><c>affected</c>, <c>fixed</c>, <c>will-not-fix</c>, <c>deferred</c>, <c>end-of-life</c>, <c>under-investigation</c> or <c>not-affected</c>.
    /// Affected means that no fix is known; fixed, that a newer version ends it.</summary>
    public required string Status { get; init; }
    public string? Path { get; init; }
    public string? Layer { get; init; }

    /// <summary>The id in the source that decided.</summary>
    public required string Advisory { get; init; }
    public required string Source { get; init; }
    public string? Url { get; init; }
    public required IReadOnlyList<ReportEvidence> Evidence { get; init; }

    /// <summary>By what rule the advisory decided; null for a finding about the system itself.</summary>
    public ReportRule? Rule { get; init; }
    public ReportEpss? Epss { get; init; }
    public ReportKev? Kev { get; init; }
    /// <summary>What CISA's decision tree says to do; null where nobody has told whether it is exploited.</summary>
    public ReportSsvc? Ssvc { get; init; }
    public DateTimeOffset? Published { get; init; }

    /// <summary>Why it is not shown without <c>--all</c>; null for what is shown.</summary>
    public ReportHidden? Hidden { get; init; }

    /// <summary>What a VEX document or the policy says of it, for formats that pass decisions on; the JSON has only what follows of it. Null where nobody decided.</summary>
    public ReportDecision? Decision { get; init; }
}

public sealed record ReportCvss(string Source, string Version, double Score, string Vector);

/// <param name="Range">As the source has it: <c>&gt;= 1.0, &lt; 1.2.3</c>.</param>
/// <param name="Matched">The version that was compared.</param>
/// <param name="Role"><c>decides</c>, <c>agrees</c> or <c>disagrees</c>; null for what is no advisory.</param>
public sealed record ReportEvidence(string Source, string Advisory, string Range, string Matched, string? Role = null);

/// <param name="Name"><c>only-record</c>, <c>agreement</c>, <c>own-feed</c>, <c>newer-feed</c>, <c>exact-release</c>, <c>same-source</c> or <c>any-record</c>.</param>
/// <param name="Reason">The rule in words.</param>
public sealed record ReportRule(string Name, string Reason);

public sealed record ReportEpss(double Score, double? Percentile, string? Date);

/// <param name="Decision"><c>Act</c>, <c>Attend</c>, <c>Track*</c> or <c>Track</c>.</param>
/// <param name="Reasons">The values that it follows from, each with its source.</param>
public sealed record ReportSsvc(string Decision, IReadOnlyList<string> Reasons);

public sealed record ReportKev(string Added, string? Due, bool Ransomware);

/// <param name="By"><c>owner</c>, <c>vex</c>, <c>policy</c>, <c>vendor-unimportant</c>, <c>kernel-headers</c> or <c>duplicate</c>.</param>
public sealed record ReportHidden(string By, string Reason, string? Until);

/// <summary>A person's word on a finding.</summary>
/// <param name="Justification">OpenVEX's label for why it is not affected; null where none was given.</param>
/// <param name="Statement">The reason in words.</param>
/// <param name="Action">What to do where it is affected.</param>
/// <param name="Author">Who decided; null when the policy names nobody.</param>
/// <param name="Time">When; null when unknown.</param>
public sealed record ReportDecision(VexStatus Status, string? Justification, string? Statement, string? Action, string? Author, DateTimeOffset? Time);

public sealed record ReportNote(string Kind, string Path, string Message);
