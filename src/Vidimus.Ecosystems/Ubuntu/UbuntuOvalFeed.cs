using System.Text.RegularExpressions;
using Vidimus.Ecosystems.Oval;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.Ubuntu;

/// <summary>Ubuntu's OVAL of vulnerabilities, a document for each release and for each archive beside it (FIPS, FIPS updates).</summary>
/// <remarks>
/// The name of a document tells the release and archive: <c>com.ubuntu.fips-updates_jammy.cve.oval.xml.bz2</c>. The source package and its state stand only in the comment of a criterion, a sentence of a fixed form; the version that fixes
/// it in the state. A fix with <c>esm</c> in its version is one of ESM's.
/// </remarks>
public sealed partial class UbuntuOvalFeed : IFeed
{
    public string Name => "ubuntu-oval";

    public string Title => "Ubuntu OVAL";

    public Uri PublicAddress { get; } = new("https://security-metadata.canonical.com/oval/");

    public string Terms => "CC-BY-SA-4.0 (Canonical)";

    public IReadOnlyList<string> Parts { get; } = ["xenial", "bionic", "focal", "jammy", "noble", "plucky", "questing"];

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) =>
        [.. (parts ?? Parts).SelectMany(release => new FeedFile[] { new($"com.ubuntu.{release}.cve.oval.xml.bz2"), new($"com.ubuntu.fips_{release}.cve.oval.xml.bz2"), new($"com.ubuntu.fips-updates_{release}.cve.oval.xml.bz2") })];

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel) => OvalFeeds.Read(snapshot, ToAdvisory, cancel);

    private static Advisory? ToAdvisory(OvalDefinition definition, string file)
    {
        if (FileName().Match(file) is not { Success: true } name || definition.Cves is not [var cve, ..]) return null;
        var codename = name.Groups["release"].Value;
        var archive = name.Groups["archive"].Value;
        var own = UbuntuReleases.Ecosystem(archive.Length == 0 ? codename : $"{archive}/{codename}");
        var pro = UbuntuReleases.Ecosystem($"esm-infra/{codename}");
        if (own is null) return null;
        var advisory = definition.Metadata?.Child("advisory");
        return new()
        {
            Id = cve,
            Details = definition.Metadata?.TextOf("description"),
            Url = advisory?.Child("cve")?["href"],
            Published = FeedDates.Day(advisory?.TextOf("public_date")),
            Severities = Ratings(advisory),
            Affected = [.. definition.Conditions.Select(c => ToAffected(c, c.Version?.Contains("esm", StringComparison.Ordinal) is true && archive.Length == 0 ? pro! : own)).OfType<Affected>()],
        };
    }

    private static Affected? ToAffected(OvalCondition condition, string ecosystem)
    {
        if (Sentence().Match(condition.Comment) is not { Success: true } match) return null;
        var text = match.Groups["state"].Value;
        var status = text switch
        {
            _ when text.Contains("not affected", StringComparison.Ordinal) => AffectedStatus.NotAffected,
            _ when text.Contains("has been fixed", StringComparison.Ordinal) => AffectedStatus.Affected,
            _ when text.Contains("defer", StringComparison.Ordinal) => AffectedStatus.Deferred,
            _ when text.Contains("is affected but", StringComparison.Ordinal) || text.Contains("may be affected", StringComparison.Ordinal) || text.Contains("needs triage", StringComparison.Ordinal) => AffectedStatus.UnderInvestigation,
            _ when text.Contains("will not be fixed", StringComparison.Ordinal) || text.Contains("ignored", StringComparison.Ordinal) => AffectedStatus.WillNotFix,
            _ => AffectedStatus.Affected,
        };
        return new()
        {
            Ecosystem = ecosystem,
            Name = match.Groups["source"].Value,
            Status = status,
            Ranges = status == AffectedStatus.NotAffected ? [] : [condition.Range ?? VersionRange.All],
        };
    }

    private static List<SeverityRating> Ratings(XmlElement? advisory)
    {
        var ratings = new List<SeverityRating>();
        if (advisory?.TextOf("severity") is { } word && word is not "Untriaged") ratings.Add(new("ubuntu", "word", word));
        if (advisory?.Child("cve")?["cvss_vector"] is { } vector && FeedElements.TypeOf(vector) is { } type) ratings.Add(new("nvd", type, vector));
        return ratings;
    }

    [GeneratedRegex(@"com\.ubuntu\.(?:(?<archive>[a-z-]+)_)?(?<release>[a-z]+)\.cve\.oval\.xml", RegexOptions.CultureInvariant)]
    private static partial Regex FileName();

    [GeneratedRegex(@"^(?:\(CVE-[0-9-]+\) )?(?<source>\S+) package in \S+ (?<state>.+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Sentence();
}
