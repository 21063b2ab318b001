using System.Text.Json;
using Vidimus.Model;
using Vidimus.Model.Vex;
using Vidimus.Sbom.Reading;
using Vidimus.Sbom.Vex;

namespace Vidimus.Sbom.OpenVex;

/// <summary>Reads OpenVEX JSON.</summary>
/// <remarks>
/// Format: OpenVEX 0.2.0, and 0.0.x whose vulnerability is a text, whose products are texts and whose subcomponents stand beside them.
/// A statement's time is its own, else the document's, as the specification has it cascade.
/// </remarks>
internal static class OpenVexReader
{
    public static VexDocument Read(JsonElement root, string name)
    {
        var id = root.TextOf("@id") ?? name;
        var notes = new VexNotes(name);
        var time = VexFiles.Time(root.TextOf("timestamp"));
        if (root.Member("statements", JsonValueKind.Array) is null) throw new InvalidDataException($"{name} has no \"statements\"");
        var statements = new List<VexStatement>();
        foreach (var item in root.Items("statements", null, ""))
        {
            if (Statement(item, time, notes) is { } statement) statements.Add(statement);
        }

        return new(id, root.TextOf("author") ?? "unnamed author", statements, notes.ToNotes());
    }

    private static VexStatement? Statement(JsonElement item, DateTimeOffset? time, VexNotes notes)
    {
        var ids = Vulnerabilities(item);
        if (ids.Count == 0 || VexStatuses.Parse(item.TextOf("status")) is not { } status)
        {
            notes.Count("statements name no vulnerability or no known status");
            return null;
        }

        var products = new List<VexProduct>();
        foreach (var product in Elements(item, "products")) AddProduct(products, product, item, notes);
        return new()
        {
            Vulnerabilities = ids,
            Status = status,
            Justification = item.TextOf("justification"),
            Statement = item.TextOf("impact_statement") ?? item.TextOf("status_notes"),
            Action = item.TextOf("action_statement"),
            Time = VexFiles.Time(item.TextOf("timestamp")) ?? time,
            Products = products,
        };
    }

    private static List<string> Vulnerabilities(JsonElement item)
    {
        if (item.TextOf("vulnerability") is { Length: > 0 } old) return [old];
        if (item.Member("vulnerability", JsonValueKind.Object) is not { } vulnerability) return [];
        var ids = new List<string>();
        if (vulnerability.TextOf("name") is { Length: > 0 } id) ids.Add(id);
        foreach (var alias in Elements(vulnerability, "aliases"))
        {
            if (alias.ValueKind is JsonValueKind.String && alias.Text() is { Length: > 0 } text) ids.Add(text);
        }

        return ids;
    }

    private static void AddProduct(List<VexProduct> products, JsonElement element, JsonElement statement, VexNotes notes)
    {
        var product = Component(element);
        var parts = Elements(element, "subcomponents").Concat(Elements(statement, "subcomponents")).Select(Component).ToList();
        if (parts.Count == 0) parts.Add(product);
        else parts = parts.ConvertAll(p => p with { Within = product });
        foreach (var part in parts)
        {
            if (products.Count >= VexFiles.MostProducts) throw new InvalidDataException($"a statement names more than {VexFiles.MostProducts} products");
            if (part.Comparable) products.Add(part);
            else notes.Count("products have neither a package URL nor a digest and were not compared");
        }
    }

    private static VexProduct Component(JsonElement element)
    {
        if (element.ValueKind is JsonValueKind.String) return Of(element.Text());
        var identifiers = element.Member("identifiers", JsonValueKind.Object);
        var product = Of(identifiers?.TextOf("purl") ?? element.TextOf("@id"));
        var digest = element.Member("hashes", JsonValueKind.Object)?.TextOf("sha-256");
        return product with { Cpe = identifiers?.TextOf("cpe23") ?? identifiers?.TextOf("cpe22"), Digests = digest is null ? [] : ["sha256:" + digest.ToLowerInvariant()] };
    }

    private static VexProduct Of(string? id) => new() { Purl = id is not null && PackageUrl.TryParse(id, out var purl) ? purl : null };

    private static JsonElement.ArrayEnumerator Elements(JsonElement element, string name) => element.Member(name, JsonValueKind.Array) is { } array ? array.EnumerateArray() : default;
}
