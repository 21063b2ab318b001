using Vidimus.Ecosystems.Oval;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.Suse;

/// <summary>SUSE's OVAL: a definition for each CVE of a line of releases, with the products and the package versions below which it is there.</summary>
/// <remarks>
/// A criterion <c>SUSE Linux Enterprise Server 15 is installed</c> names a product, one beside another by OR; joined to them by AND stand the packages, whose tests compare versions. <c>… is not affected</c> is the comment of a test
/// that is never true, <c>… is affected</c> of one that always is: what has no fix.
/// </remarks>
public sealed class SuseOvalFeed : IFeed
{
    private const string Installed = " is installed";

    public string Name => "suse-oval";

    public string Title => "SUSE OVAL";

    public Uri PublicAddress { get; } = new("https://ftp.suse.com/pub/projects/security/oval/");

    public string Terms => "CC-BY-4.0 (SUSE)";

    public IReadOnlyList<string> Parts { get; } = ["suse.linux.enterprise.server.12", "suse.linux.enterprise.server.15", "opensuse.leap.15.5", "opensuse.leap.15.6", "opensuse.tumbleweed"];

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [.. (parts ?? Parts).Select(part => new FeedFile($"{part}.xml.gz"))];

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel) => OvalFeeds.Read(snapshot, static (definition, _) => ToAdvisory(definition), cancel);

    private static Advisory? ToAdvisory(OvalDefinition definition)
    {
        if (definition.Cves is not [var cve, ..]) return null;
        var advisory = definition.Metadata?.Child("advisory");
        var tests = definition.Conditions.DistinctBy(c => c.Comment).ToDictionary(c => c.Comment, StringComparer.Ordinal);
        var affected = new List<Affected>();
        foreach (var criteria in definition.Element.All("criteria")) Walk(criteria, [], tests, affected);
        return new()
        {
            Id = cve,
            Details = definition.Metadata?.TextOf("description"),
            Url = $"https://www.suse.com/security/cve/{cve}.html",
            Published = FeedDates.Day(advisory?.Child("issued")?["date"]),
            Modified = FeedDates.Day(advisory?.Child("updated")?["date"]),
            Severities = advisory?.TextOf("severity") is { } word ? [new("suse", "word", word)] : [],
            Affected = [.. affected.DistinctBy(a => (a.Ecosystem, a.Name, a.Status, a.Ranges is [{ Events: [_, var end] }] ? end.Version : null))],
        };
    }

    /// <param name="above">The products that what stands here is joined to.</param>
    private static void Walk(XmlElement criteria, IReadOnlyList<string> above, Dictionary<string, OvalCondition> tests, List<Affected> found)
    {
        // The products joined by AND stand beside the packages, by themselves or as alternatives in criteria of their own.
        var own = criteria["operator"] is "OR" ? [] : Products(criteria).Concat(criteria.All("criteria").Where(inner => inner["operator"] is "OR").SelectMany(Products)).ToList();
        var products = own.Count > 0 ? own : above;
        foreach (var criterion in criteria.All("criterion"))
        {
            var comment = criterion["comment"] ?? "";
            if (Product(comment) is null) found.AddRange(products.Select(product => State(product, comment, tests)).OfType<Affected>());
        }

        foreach (var inner in criteria.All("criteria")) Walk(inner, products, tests, found);
    }

    private static IEnumerable<string> Products(XmlElement criteria) => criteria.All("criterion").Select(c => Product(c["comment"] ?? "")).OfType<string>();

    private static string? Product(string comment) => comment.EndsWith(Installed, StringComparison.Ordinal) ? SuseProducts.Ecosystem(comment[..^Installed.Length]) : null;

    private static Affected? State(string product, string comment, Dictionary<string, OvalCondition> tests)
    {
        if (tests.GetValueOrDefault(comment) is { Package: { } package, Range: { } range }) return new() { Ecosystem = product, Name = package, Ranges = [range] };
        if (comment.EndsWith(" is not affected", StringComparison.Ordinal)) return new() { Ecosystem = product, Name = comment[..^" is not affected".Length], Status = AffectedStatus.NotAffected };
        return comment.EndsWith(" is affected", StringComparison.Ordinal) ? new() { Ecosystem = product, Name = comment[..^" is affected".Length], Ranges = [VersionRange.All] } : null;
    }
}
