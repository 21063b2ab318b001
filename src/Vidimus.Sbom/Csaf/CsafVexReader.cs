using System.Text.Json;
using Vidimus.Model.Vex;
using Vidimus.Sbom.Reading;
using Vidimus.Sbom.Vex;

namespace Vidimus.Sbom.Csaf;

/// <summary>Reads what a CSAF 2.0 document says of products: a VEX profile's, or any other's that has product statuses.</summary>
/// <remarks>Format: OASIS CSAF 2.0, sections 3.2.2 (product tree) and 3.2.3 (vulnerabilities). A document's words are as old as its current release.</remarks>
internal static class CsafVexReader
{
    /// <summary>The lists of <c>product_status</c> that are a VEX status; <c>recommended</c> is none.</summary>
    private static readonly (string Name, VexStatus Status)[] Lists =
    [
        ("known_not_affected", VexStatus.NotAffected),
        ("fixed", VexStatus.Fixed),
        ("first_fixed", VexStatus.Fixed),
        ("known_affected", VexStatus.Affected),
        ("first_affected", VexStatus.Affected),
        ("last_affected", VexStatus.Affected),
        ("under_investigation", VexStatus.UnderInvestigation),
    ];

    public static VexDocument Read(JsonElement root, string name)
    {
        var document = root.Member("document", JsonValueKind.Object)!.Value;
        if (document.TextOf("csaf_version") is not "2.0") throw new InvalidDataException($"{name} is CSAF {document.TextOf("csaf_version")}; 2.0 is read");
        var tracking = document.Member("tracking", JsonValueKind.Object);
        var notes = new VexNotes(name);
        var products = root.Member("product_tree", JsonValueKind.Object) is { } tree ? ProductTree.Of(tree) : ProductTree.Empty;
        var time = VexFiles.Time(tracking?.TextOf("current_release_date"));
        var statements = new List<VexStatement>();
        foreach (var vulnerability in root.Items("vulnerabilities", null, "")) statements.AddRange(Statements(vulnerability, products, time, notes));
        return new(tracking?.TextOf("id") ?? name, document.Member("publisher", JsonValueKind.Object)?.TextOf("name") ?? "unnamed publisher", statements, notes.ToNotes());
    }

    /// <summary>One statement for each status and reason: the reasons stand beside the lists, by product or by group of products.</summary>
    private static IEnumerable<VexStatement> Statements(JsonElement vulnerability, ProductTree tree, DateTimeOffset? time, VexNotes notes)
    {
        var ids = Ids(vulnerability);
        if (vulnerability.Member("product_status", JsonValueKind.Object) is not { } lists) yield break;
        if (ids.Count == 0)
        {
            notes.Count("vulnerabilities have no id");
            yield break;
        }

        var flags = ByProduct(vulnerability, "flags", tree, f => f.TextOf("label"));
        var impacts = ByProduct(vulnerability, "threats", tree, t => t.TextOf("category") is "impact" ? t.TextOf("details") : null);
        var actions = ByProduct(vulnerability, "remediations", tree, r => r.TextOf("details"));
        foreach (var (name, status) in Lists)
        {
            foreach (var group in Texts(lists, name).Distinct(StringComparer.Ordinal).GroupBy(p => (Flag: flags.GetValueOrDefault(p), Impact: impacts.GetValueOrDefault(p), Action: actions.GetValueOrDefault(p))))
            {
                var products = new List<VexProduct>();
                foreach (var id in group)
                {
                    if (tree.Find(id) is { Comparable: true } product) products.Add(product);
                    else notes.Count("products have no package URL, or none in a product with one or with a CPE, and were not compared");
                }

                var denies = status is VexStatus.NotAffected;
                yield return new() { Vulnerabilities = ids, Status = status, Justification = denies ? group.Key.Flag : null, Statement = denies ? group.Key.Impact : null, Action = group.Key.Action, Time = time, Products = products };
            }
        }
    }

    private static List<string> Ids(JsonElement vulnerability)
    {
        var ids = new List<string>();
        if (vulnerability.TextOf("cve") is { Length: > 0 } cve) ids.Add(cve);
        foreach (var id in vulnerability.Items("ids", null, ""))
        {
            if (id.TextOf("text") is { Length: > 0 } text) ids.Add(text);
        }

        return ids;
    }

    private static Dictionary<string, string> ByProduct(JsonElement vulnerability, string list, ProductTree tree, Func<JsonElement, string?> what)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        var seen = 0;
        foreach (var item in vulnerability.Items(list, null, ""))
        {
            if (what(item) is not { Length: > 0 } text) continue;
            foreach (var product in Texts(item, "product_ids").Concat(Texts(item, "group_ids").SelectMany(tree.Group)))
            {
                if (++seen > VexFiles.MostProducts) throw new InvalidDataException($"\"{list}\" names more than {VexFiles.MostProducts} products");
                found.TryAdd(product, text);
            }
        }

        return found;
    }

    internal static IEnumerable<string> Texts(JsonElement element, string name)
    {
        if (element.Member(name, JsonValueKind.Array) is not { } array) yield break;
        foreach (var item in array.EnumerateArray())
        {
            if (item.ValueKind is JsonValueKind.String && item.Text() is { } text) yield return text;
        }
    }
}
