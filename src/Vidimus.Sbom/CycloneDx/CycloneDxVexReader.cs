using System.Text.Json;
using Vidimus.Model;
using Vidimus.Model.Vex;
using Vidimus.Sbom.Reading;
using Vidimus.Sbom.Vex;

namespace Vidimus.Sbom.CycloneDx;

/// <summary>Reads the analyses of a CycloneDX document's vulnerabilities, whether they stand in a document of their own or beside the components.</summary>
/// <remarks>
/// Format: ECMA-424, <c>vulnerabilities[].analysis</c> and <c>affects</c>. A reference is a component of the same document, a BOM-Link
/// (<c>urn:cdx:SERIAL/VERSION#REF</c>) into another, or a purl. A vulnerability without an analysis says nothing here.
/// </remarks>
internal static class CycloneDxVexReader
{
    private const string Link = "urn:cdx:";

    private static readonly string[] Organisations = ["supplier", "manufacturer", "manufacture"];

    public static VexDocument Read(JsonElement root, string name)
    {
        if (root.TextOf("specVersion") is not ("1.4" or "1.5" or "1.6")) throw new InvalidDataException($"{name} is CycloneDX {root.TextOf("specVersion") ?? "of no version"}; 1.4, 1.5 and 1.6 are read");
        var metadata = root.Member("metadata", JsonValueKind.Object);
        var time = VexFiles.Time(metadata?.TextOf("timestamp"));
        var components = new Dictionary<string, VexProduct>(StringComparer.Ordinal);
        if (metadata?.Member("component", JsonValueKind.Object) is { } described) Add(components, described);
        AddAll(components, root);
        var notes = new VexNotes(name);
        var statements = new List<VexStatement>();
        foreach (var vulnerability in root.Items("vulnerabilities", null, "")) statements.AddRange(Statements(vulnerability, components, time, notes));
        return new(root.TextOf("serialNumber") ?? name, Author(metadata), statements, notes.ToNotes());
    }

    private static string Author(JsonElement? metadata)
    {
        foreach (var author in metadata?.Items("authors", null, "") ?? [])
        {
            if (author.TextOf("name") is { Length: > 0 } name) return name;
        }

        return Organisations.Select(m => metadata?.Member(m, JsonValueKind.Object)?.TextOf("name")).FirstOrDefault(n => !string.IsNullOrEmpty(n)) ?? "unnamed author";
    }

    private static void AddAll(Dictionary<string, VexProduct> components, JsonElement parent)
    {
        foreach (var component in parent.Items("components", null, ""))
        {
            Add(components, component);
            AddAll(components, component);
        }
    }

    private static void Add(Dictionary<string, VexProduct> components, JsonElement component)
    {
        if (component.TextOf("bom-ref") is not { } reference) return;
        var purl = component.TextOf("purl") is { } text && PackageUrl.TryParse(text, out var parsed) ? parsed : null;
        components.TryAdd(reference, new() { Purl = purl });
    }

    private static IEnumerable<VexStatement> Statements(JsonElement vulnerability, Dictionary<string, VexProduct> components, DateTimeOffset? time, VexNotes notes)
    {
        if (vulnerability.Member("analysis", JsonValueKind.Object) is not { } analysis || analysis.TextOf("state") is not { } state) yield break;
        var ids = new[] { vulnerability.TextOf("id") }.Concat(vulnerability.Items("references", null, "").Select(r => r.TextOf("id"))).Where(i => !string.IsNullOrEmpty(i)).OfType<string>().ToList();
        if (ids.Count == 0 || Status(state) is not { } status)
        {
            notes.Count("analyses have no id or no known state");
            yield break;
        }

        var products = new List<VexProduct>();
        var unaffected = new List<VexProduct>();
        foreach (var affected in vulnerability.Items("affects", null, "")) AddProducts(affected, components, status, products, unaffected, notes);
        var said = new VexStatement
        {
            Vulnerabilities = ids,
            Status = status,
            Justification = analysis.TextOf("justification"),
            Statement = analysis.TextOf("detail"),
            Action = vulnerability.TextOf("recommendation") ?? vulnerability.TextOf("workaround"),
            Time = VexFiles.Time(analysis.TextOf("lastUpdated")) ?? VexFiles.Time(analysis.TextOf("firstIssued")) ?? VexFiles.Time(vulnerability.TextOf("updated")) ?? time,
            Products = products,
        };
        yield return said;
        if (unaffected.Count > 0) yield return said with { Status = VexStatus.NotAffected, Justification = null, Statement = "the version is listed as unaffected", Products = unaffected };
    }

    /// <summary>A reference's product, for the versions that stand with it. Where it is affected but a version is listed as unaffected, that one is not.</summary>
    private static void AddProducts(JsonElement affected, Dictionary<string, VexProduct> components, VexStatus status, List<VexProduct> products, List<VexProduct> unaffected, VexNotes notes)
    {
        if (affected.TextOf("ref") is not { } reference || Product(reference, components) is not { Comparable: true } product)
        {
            notes.Count("references lead to nothing with a package URL and were not compared");
            return;
        }

        if (affected.Member("versions", JsonValueKind.Array) is null)
        {
            products.Add(product);
            return;
        }

        var meant = new List<string>();
        var spared = new List<string>();
        foreach (var version in affected.Items("versions", null, ""))
        {
            if (version.TextOf("version") is not { } text) notes.Count("version ranges were not compared");
            else if (status is VexStatus.Affected && version.TextOf("status") is "unaffected") spared.Add(text);
            else meant.Add(text);
        }

        if (meant.Count > 0) products.Add(product with { Versions = meant });
        if (spared.Count > 0) unaffected.Add(product with { Versions = spared });
    }

    private static VexProduct? Product(string reference, Dictionary<string, VexProduct> components)
    {
        if (components.TryGetValue(reference, out var component)) return component;
        string? serial = null;
        if (reference.StartsWith(Link, StringComparison.OrdinalIgnoreCase))
        {
            var hash = reference.IndexOf('#', StringComparison.Ordinal);
            if (hash < 0) return null;
            serial = $"urn:uuid:{reference[Link.Length..hash].Split('/')[0]}";
            reference = Uri.UnescapeDataString(reference[(hash + 1)..]);
        }

        return PackageUrl.TryParse(reference, out var purl) ? new() { Purl = purl, Bom = serial } : null;
    }

    private static VexStatus? Status(string state) => state switch
    {
        "not_affected" or "false_positive" => VexStatus.NotAffected,
        "resolved" or "resolved_with_pedigree" => VexStatus.Fixed,
        "exploitable" => VexStatus.Affected,
        "in_triage" => VexStatus.UnderInvestigation,
        _ => null,
    };
}
