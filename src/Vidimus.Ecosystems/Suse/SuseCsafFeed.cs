using System.Text.Json;
using Vidimus.Ecosystems.Csaf;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.Suse;

/// <summary>SUSE's CSAF VEX documents: a vulnerability each, with the state of every product's packages.</summary>
/// <remarks>
/// A product id is the product's name and, behind a colon, a package with or without its version. <c>recommended</c>, <c>first_fixed</c> and <c>fixed</c> name the version that fixes it. SUSE names binary packages here, where its
/// records in OSV name source packages, which is how SUSE's systems are looked up: a binary package stands for its source where both have one name, as the main one of nearly every source does.
/// </remarks>
public sealed class SuseCsafFeed : IFeed
{
    private static readonly string[] FixedLists = ["recommended", "first_fixed", "fixed"];

    public string Name => "suse";

    public string Title => "SUSE CSAF VEX";

    public Uri PublicAddress { get; } = new("https://ftp.suse.com/pub/projects/security/");

    public string Terms => "CC-BY-4.0 (SUSE)";

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [new("csaf-vex.tar.bz2"), new("csaf-vex/")];

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel)
    {
        foreach (var entry in FeedPack.Documents(snapshot, ".json", cancel))
        {
            foreach (var record in FeedPack.Json(entry, snapshot, Document)) yield return record;
        }
    }

    private static IEnumerable<Advisory> Document(JsonElement? root)
    {
        var document = new CsafDocument(root);
        foreach (var vulnerability in document.Vulnerabilities)
        {
            if (vulnerability.Cve is not { } cve) continue;
            var impact = vulnerability.Element.Member("threats").Items().Select(t => (JsonElement?)t).FirstOrDefault(t => t.Text("category") is "impact").Text("details");
            var ratings = vulnerability.Vectors.Select(vector => new SeverityRating("suse", FeedElements.TypeOf(vector)!, vector)).ToList();
            if ((impact ?? document.Severity) is { } word && word is not "not set") ratings.Add(new("suse", "word", word));
            yield return new()
            {
                Id = cve,
                Details = vulnerability.Description,
                Url = $"https://www.suse.com/security/cve/{cve}.html",
                Published = document.Released,
                Modified = document.Changed,
                Severities = ratings,
                Affected = [.. States(vulnerability)],
            };
        }
    }

    private static IEnumerable<Affected> States(CsafVulnerability vulnerability)
    {
        var states = FixedLists.SelectMany(vulnerability.Products).Distinct(StringComparer.Ordinal).Select(id => SuseProducts.State(id, AffectedStatus.Affected, isFixed: true))
            .Concat(vulnerability.Products("known_affected").Select(id => SuseProducts.State(id, AffectedStatus.Affected, isFixed: false)))
            .Concat(vulnerability.Products("under_investigation").Select(id => SuseProducts.State(id, AffectedStatus.UnderInvestigation, isFixed: false)))
            .Concat(vulnerability.Products("known_not_affected").Select(id => SuseProducts.State(id, AffectedStatus.NotAffected, isFixed: false)));
        return states.OfType<Affected>().DistinctBy(s => (s.Ecosystem, s.Name, s.Status, s.Ranges is [{ Events: [_, var end, ..] }] ? end.Version : null));
    }
}
