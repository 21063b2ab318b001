using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.Suse;

/// <summary>SUSE's CVRF documents: notices of updates (<c>SUSE-SU-…</c>, and of images), and a document for each CVE.</summary>
/// <remarks>Format: CVRF 1.2. A notice names under <c>Fixed</c> the packages of each product with the versions that fix its CVEs; what is said of products is called as in <see cref="SuseCsafFeed"/>. Notices of whole images name no system and come without packages.</remarks>
public sealed class SuseCvrfFeed : IFeed
{
    private static readonly string[] Packs = ["cvrf1.2.tar.bz2", "cvrf-cve.tar.bz2"];

    public string Name => "suse-cvrf";

    public string Title => "SUSE CVRF";

    public Uri PublicAddress { get; } = new("https://ftp.suse.com/pub/projects/security/");

    public string Terms => "CC-BY-4.0 (SUSE)";

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [.. Packs.Select(name => new FeedFile(name))];

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel)
    {
        foreach (var entry in FeedPack.Documents(snapshot, ".xml", cancel))
        {
            foreach (var record in FeedPack.Checked(entry, snapshot, () => [.. Document(XmlElements.Read(entry.Body))])) yield return record;
        }
    }

    private static IEnumerable<Advisory> Document(XmlElement root)
    {
        if (root.Name != "cvrfdoc") throw new InvalidDataException("it is no CVRF document");
        var tracking = root.Child("DocumentTracking");
        var id = root.TextOf("DocumentTitle") is { } title && title.Contains("SU-", StringComparison.Ordinal) && !title.Contains(' ', StringComparison.Ordinal) ? title : tracking?.Child("Identification")?.TextOf("ID")?.Split(' ')[^1];
        if (id is null) throw new InvalidDataException("it has no identification");
        foreach (var vulnerability in root.All("Vulnerability"))
        {
            if (CveText.In(vulnerability.TextOf("CVE")) is not { } cve) continue;
            yield return new()
            {
                Id = id,
                Upstream = id == cve ? [] : [cve],
                Details = vulnerability.All("Notes", "Note").Select(note => note.Text.Trim()).FirstOrDefault(text => text.Length > 0),
                Url = id == cve ? $"https://www.suse.com/security/cve/{cve}.html" : vulnerability.All("Remediations", "Remediation").Select(r => r.TextOf("URL")).FirstOrDefault(url => url is not null),
                Published = FeedDates.Day(tracking?.TextOf("InitialReleaseDate")),
                Modified = FeedDates.Day(tracking?.TextOf("CurrentReleaseDate")),
                Severities = [.. Ratings(vulnerability)],
                Affected = [.. States(vulnerability).OfType<Affected>().DistinctBy(a => (a.Ecosystem, a.Name, a.Status, a.Ranges is [{ Events: [_, var end] }] ? end.Version : null))],
            };
        }
    }

    private static IEnumerable<Affected?> States(XmlElement vulnerability)
    {
        foreach (var status in vulnerability.All("ProductStatuses", "Status"))
        {
            foreach (var product in status.All("ProductID"))
            {
                var id = product.Text.Trim();
                yield return status["Type"] switch
                {
                    "Fixed" or "First Fixed" or "Recommended" => SuseProducts.State(id, AffectedStatus.Affected, isFixed: true),
                    "Known Affected" => SuseProducts.State(id, AffectedStatus.Affected, isFixed: false),
                    "Known Not Affected" => SuseProducts.State(id, AffectedStatus.NotAffected, isFixed: false),
                    _ => null,
                };
            }
        }
    }

    private static IEnumerable<SeverityRating> Ratings(XmlElement vulnerability)
    {
        foreach (var vector in vulnerability.All("CVSSScoreSets").SelectMany(sets => sets.Children).Select(set => set.TextOf("VectorV3") ?? set.TextOf("VectorV2") ?? set.TextOf("Vector")).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            if (FeedElements.TypeOf(vector) is { } type) yield return new("suse", type, vector);
        }

        foreach (var threat in vulnerability.All("Threats", "Threat").Where(threat => threat["Type"] is "Impact"))
        {
            if (threat.TextOf("Description") is { } word && word is not "not set") yield return new("suse", "word", word);
        }
    }
}
