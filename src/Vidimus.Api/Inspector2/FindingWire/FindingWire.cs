using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Findings;
using Vidimus.Storage;
using WireFinding = Vidimus.Api.Inspector2.Shapes.Finding;
using VulnerabilitySource = Vidimus.Findings.Contents.VulnerabilitySource;

namespace Vidimus.Api.Inspector2.FindingWire;

/// <summary>From a finding of ours to the one that Inspector's clients read: lists, reports and events all show what is made here.</summary>
internal static class FindingWire
{
    /// <summary>The model's bound for descriptions and titles; longer ones are cut.</summary>
    private const int TextLength = 1024;

    /// <summary>Where clients are pointed to when nobody said how to put it right; Inspector's words.</summary>
    private const string NoRecommendation = "None Provided";

    public static string Arn(string region, string account, string hex) => $"arn:aws:inspector2:{region}:{account}:finding/{hex}";

    public static WireFinding ToWire(this FindingContents contents, IdentityKey identity)
    {
        var finding = contents.Finding;
        var facts = finding.Facts;
        var source = contents.Source();
        return new()
        {
            FindingArn = Arn(contents.Region, contents.Account, identity.ToHex(finding.Id)),
            AwsAccountId = contents.Account,
            Type = finding.Key.Kind.ToWire(),
            Title = Cut(contents.Title),
            Description = Cut(contents.Details?.Description is { Length: > 0 } text ? text : contents.Title),
            Severity = finding.Severity.ToWire(),
            SourceSeverity = finding.Rating is null ? null : facts.Severity.ToWire(),
            SeverityReason = contents.RatedBy?.Reason ?? contents.RatedBy?.Description,
            SeverityFilterArn = contents.RatedBy is { } rule ? FilterWire.Arn(contents.Region, rule.Account, rule.Hex) : null,
            Status = finding.Status.ToWire(),
            FirstObservedAt = finding.FirstObserved,

            // As Inspector has it: unchanged until the finding is updated. When the resource was last looked at is its coverage.
            LastObservedAt = finding.Updated,
            UpdatedAt = finding.Updated,
            FixAvailable = facts.Fix.ToWire(),
            ExploitAvailable = contents.Vulnerability is { } known ? known.Exploited ? ExploitAvailable.Yes : ExploitAvailable.No : null,
            Epss = contents.Vulnerability?.Epss is { } epss ? new() { Score = epss } : null,
            InspectorScore = facts.Score,
            InspectorScoreDetails = contents.ScoreDetails(source),
            PackageVulnerabilityDetails = finding.Key.Kind == FindingKind.Package ? contents.PackageDetails(source) : null,
            Remediation = new() { Recommendation = new() { Text = NoRecommendation } },
            Resources = [contents.ToResource()],
        };
    }

    public static string ToWire(this FindingKind kind) => kind switch
    {
        FindingKind.Network => FindingType.NetworkReachability,
        FindingKind.Code => FindingType.CodeVulnerability,
        _ => FindingType.PackageVulnerability,
    };

    public static string ToWire(this FindingSeverity severity) => severity switch
    {
        FindingSeverity.Critical => Severity.Critical,
        FindingSeverity.High => Severity.High,
        FindingSeverity.Medium => Severity.Medium,
        FindingSeverity.Low => Severity.Low,
        FindingSeverity.Informational => Severity.Informational,
        _ => Severity.Untriaged,
    };

    public static string ToWire(this Vidimus.Findings.FindingStatus status) => status switch
    {
        Vidimus.Findings.FindingStatus.Closed => Shapes.FindingStatus.Closed,
        Vidimus.Findings.FindingStatus.Suppressed => Shapes.FindingStatus.Suppressed,
        _ => Shapes.FindingStatus.Active,
    };

    public static string ToWire(this Vidimus.Findings.FixAvailable fix) => fix switch
    {
        Vidimus.Findings.FixAvailable.Yes => Shapes.FixAvailable.Yes,
        Vidimus.Findings.FixAvailable.Partial => Shapes.FixAvailable.Partial,
        _ => Shapes.FixAvailable.No,
    };

    /// <summary>The source whose feed decided.</summary>
    private static VulnerabilitySource? Source(this FindingContents contents) =>
        contents.Evidence is { } evidence ? contents.Details?.Sources.FirstOrDefault(s => s.Feed == evidence.Feed) : null;

    /// <summary>The rating that the score is of: the deciding source's before NVD's before any other; null where none has that score.</summary>
    private static InspectorScoreDetails? ScoreDetails(this FindingContents contents, VulnerabilitySource? source)
    {
        if (contents.Finding.Facts.Score is not { } score || contents.Details is not { } details) return null;
        var rating = details.Cvss.Where(c => c.Score == score).OrderBy(c => c.Source == source?.Name ? 0 : c.Source == "NVD" ? 1 : 2).ThenBy(c => c.Version.StartsWith('3') ? 0 : 1).FirstOrDefault();
        return rating is null ? null : new()
        {
            AdjustedCvss = new() { ScoreSource = rating.Source, CvssSource = rating.Source, Version = rating.Version, Score = rating.Score, ScoringVector = rating.Vector, Adjustments = [] },
        };
    }

    private static PackageVulnerabilityDetails PackageDetails(this FindingContents contents, VulnerabilitySource? source)
    {
        var details = contents.Details;
        return new()
        {
            VulnerabilityId = contents.Vulnerability?.DisplayId ?? contents.Evidence?.Advisory ?? contents.Title,
            Source = source?.Name ?? (contents.Evidence?.Feed ?? "vidimus").ToUpperInvariant(),
            SourceUrl = NotEmpty(source?.Url),
            VendorSeverity = NotEmpty(source?.Severity),
            VendorCreatedAt = source?.Created,
            VendorUpdatedAt = source?.Updated,
            Cvss = [.. (details?.Cvss ?? []).Select(c => new CvssScore { BaseScore = c.Score, ScoringVector = c.Vector, Version = c.Version, Source = c.Source })],
            RelatedVulnerabilities = [.. details?.Related ?? []],
            ReferenceUrls = [.. details?.References ?? []],
            VulnerablePackages = [.. (contents.Evidence?.Packages ?? []).Select(p => p.ToWire(contents.Facts.Os))],
        };
    }

    private static string Cut(string text) => text.Length <= TextLength ? text : text[..(char.IsHighSurrogate(text[TextLength - 1]) ? TextLength - 1 : TextLength)];

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
