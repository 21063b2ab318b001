using System.Text.Json;
using Vidimus.Model;
using Vidimus.Model.Vex;
using Vidimus.Sbom.Reading;

namespace Vidimus.Sbom.Csaf;

/// <summary>The products of a CSAF document by their ids. A relationship makes a product of two others: a component in, on or with a whole.</summary>
internal sealed class ProductTree
{
    private readonly Dictionary<string, VexProduct> products = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> groups = new(StringComparer.Ordinal);

    public static ProductTree Empty { get; } = new();

    public static ProductTree Of(JsonElement tree)
    {
        var made = new ProductTree();
        foreach (var product in tree.Items("full_product_names", null, "")) made.Add(product);
        made.AddBranches(tree);
        foreach (var relationship in tree.Items("relationships", null, "")) made.Relate(relationship);
        foreach (var group in tree.Items("product_groups", null, ""))
        {
            if (group.TextOf("group_id") is { } id) made.groups.TryAdd(id, [.. CsafVexReader.Texts(group, "product_ids")]);
        }

        return made;
    }

    public VexProduct? Find(string id) => products.GetValueOrDefault(id);

    public IReadOnlyList<string> Group(string id) => groups.TryGetValue(id, out var members) ? members : [];

    /// <summary>Branches within branches; the document's depth is bounded, and so is this.</summary>
    private void AddBranches(JsonElement parent)
    {
        foreach (var branch in parent.Items("branches", null, ""))
        {
            if (branch.Member("product", JsonValueKind.Object) is { } product) Add(product);
            AddBranches(branch);
        }
    }

    private void Add(JsonElement product)
    {
        if (product.TextOf("product_id") is { } id) products.TryAdd(id, Named(product));
    }

    private static VexProduct Named(JsonElement product)
    {
        if (product.Member("product_identification_helper", JsonValueKind.Object) is not { } helper) return new();
        var digests = helper.Items("hashes", null, "").SelectMany(h => h.Items("file_hashes", null, ""))
            .Where(h => h.TextOf("algorithm") is "sha256").Select(h => h.TextOf("value")).OfType<string>().Select(v => "sha256:" + v.ToLowerInvariant());
        return new() { Purl = helper.TextOf("purl") is { } text && PackageUrl.TryParse(text, out var purl) ? purl : null, Cpe = helper.TextOf("cpe"), Digests = [.. digests] };
    }

    /// <summary>Whatever the relationship (component of, installed on, installed with), the statement holds only where the whole is. Its own product may carry its own purl.</summary>
    private void Relate(JsonElement relationship)
    {
        if (relationship.Member("full_product_name", JsonValueKind.Object) is not { } full || full.TextOf("product_id") is not { } id) return;
        if (relationship.TextOf("product_reference") is not { } part || relationship.TextOf("relates_to_product_reference") is not { } whole) return;
        var component = products.GetValueOrDefault(part) ?? new();
        var own = Named(full);
        products.TryAdd(id, (own.Purl is null ? component : own) with { Within = products.GetValueOrDefault(whole) ?? new() });
    }
}
