using System.Text.Json;
using Vidimus.Ecosystems.Reading;

namespace Vidimus.Ecosystems.Csaf;

/// <summary>A CSAF 2.0 document: its products, and of each vulnerability what state each product is in.</summary>
/// <remarks>Format: OASIS CSAF 2.0, sections 3.2.1 to 3.2.3. Vendors' own ways with it (what a product is called, which list means fixed) are their readers' business.</remarks>
internal sealed class CsafDocument
{
    private readonly Dictionary<string, CsafProduct> products = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Component, string Platform)> relationships = new(StringComparer.Ordinal);

    /// <exception cref="InvalidDataException">It is no CSAF document.</exception>
    public CsafDocument(JsonElement? root)
    {
        Root = root;
        if (Meta.Text("csaf_version") is not { } version || !version.StartsWith("2.", StringComparison.Ordinal)) throw new InvalidDataException("it is no CSAF 2 document");
        Id = Meta.Member("tracking").Text("id") ?? throw new InvalidDataException("it has no tracking id");
        var tree = root.Member("product_tree");
        foreach (var branch in tree.Member("branches").Items()) AddBranch(branch, null);
        foreach (var product in tree.Member("full_product_names").Items()) AddProduct(product, null);
        foreach (JsonElement? relationship in tree.Member("relationships").Items())
        {
            if (relationship.Member("full_product_name").Text("product_id") is { } id && relationship.Text("product_reference") is { } component && relationship.Text("relates_to_product_reference") is { } platform) relationships.TryAdd(id, (component, platform));
        }
    }

    private JsonElement? Root { get; }

    public JsonElement? Meta => Root.Member("document");

    public string Id { get; }

    public string? Category => Meta.Text("category");

    public DateTimeOffset? Released => Time(Meta.Member("tracking").Text("initial_release_date"));

    public DateTimeOffset? Changed => Time(Meta.Member("tracking").Text("current_release_date"));

    /// <summary>The document's rating as a whole, in the vendor's words.</summary>
    public string? Severity => Meta.Member("aggregate_severity").Text("text");

    public IEnumerable<CsafVulnerability> Vulnerabilities => Root.Member("vulnerabilities").Items().Select(v => new CsafVulnerability(v));

    public CsafProduct? Product(string id) => products.GetValueOrDefault(id);

    /// <summary>What a product id stands for: a component, what lies between (a module), and the platform at the end; alone it is its own component.</summary>
    public (string Component, string? Between, string? Platform) Resolve(string id)
    {
        if (!relationships.TryGetValue(id, out var relation)) return (id, null, null);
        return relationships.TryGetValue(relation.Platform, out var inner) ? (relation.Component, inner.Component, inner.Platform) : (relation.Component, null, relation.Platform);
    }

    private static DateTimeOffset? Time(string? text) => DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var time) && time.Year > 1 ? time.ToUniversalTime() : null;

    private void AddBranch(JsonElement? branch, JsonElement? parent)
    {
        AddProduct(branch.Member("product"), branch, parent);
        foreach (var inner in branch.Member("branches").Items()) AddBranch(inner, branch); // The depth is bounded by the JSON's own.
    }

    private void AddProduct(JsonElement? product, JsonElement? branch, JsonElement? parent = null)
    {
        if (product.Text("product_id") is not { } id) return;
        var helper = product.Member("product_identification_helper");
        products.TryAdd(id, new(product.Text("name") ?? id, helper.Text("cpe"), helper.Text("purl"), branch.Text("category"), branch.Text("name"), parent.Text("name")));
    }
}

/// <summary>A product of the tree.</summary>
/// <param name="Category">Of the branch that it hangs on: <c>product_version_range</c>, …</param>
/// <param name="Branch">That branch's name.</param>
/// <param name="Parent">The name of the branch above.</param>
internal sealed record CsafProduct(string Name, string? Cpe, string? Purl, string? Category, string? Branch, string? Parent);

/// <summary>A vulnerability of the document.</summary>
internal readonly record struct CsafVulnerability(JsonElement? Element)
{
    public string? Cve => Element.Text("cve");

    public string? Title => Element.Text("title");

    public string? Description => Element.Member("notes").Items().Select(note => (JsonElement?)note).FirstOrDefault(note => note.Text("category") is "description" or "summary").Text("text");

    /// <summary>The products of a list of <c>product_status</c>.</summary>
    public IEnumerable<string> Products(string list) => Element.Member("product_status").Texts(list);

    /// <summary>For each product of a list of the vulnerability's (<c>remediations</c>, <c>threats</c>) its items.</summary>
    public ILookup<string, JsonElement?> ByProduct(string list) =>
        Element.Member(list).Items().Select(item => (JsonElement?)item).SelectMany(item => item.Texts("product_ids").Select(product => (product, item))).ToLookup(x => x.product, x => x.item, StringComparer.Ordinal);

    /// <summary>The vectors of its scores, each once.</summary>
    public IReadOnlyList<string> Vectors =>
    [
        .. Element.Member("scores").Items().Select(score => (JsonElement?)score)
            .SelectMany(score => new[] { score.Member("cvss_v3").Text("vectorString"), score.Member("cvss_v2").Text("vectorString"), score.Member("cvss_v4").Text("vectorString") })
            .OfType<string>().Where(vector => FeedElements.TypeOf(vector) is not null).Distinct(StringComparer.Ordinal),
    ];

    public string? Cwe => Element.Member("cwe").Text("id");

    public string? Published => Element.Text("release_date");
}
