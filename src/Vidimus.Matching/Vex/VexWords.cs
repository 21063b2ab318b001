using System.Globalization;
using Vidimus.Model.Inventory;
using Vidimus.Model.Reports;
using Vidimus.Model.Vex;

namespace Vidimus.Matching.Vex;

/// <summary>What VEX documents say about a target's findings. Of all statements about a finding the newest counts.</summary>
public sealed class VexWords
{
    private readonly VexTarget target;
    private readonly Dictionary<(string Vulnerability, string Name), List<Word>> words = [];

    public VexWords(IReadOnlyList<VexDocument> documents, Inventory inventory)
    {
        ArgumentNullException.ThrowIfNull(documents);
        target = new(inventory);
        foreach (var document in documents)
        {
            foreach (var statement in document.Statements)
            {
                foreach (var product in statement.Products.Where(p => p.Comparable)) Add(new(document, statement, product));
            }
        }
    }

    /// <summary>The finding as the documents leave it: with their status and evidence, and hidden where it is not affected or fixed.</summary>
    public ReportFinding Apply(ReportFinding finding, InventoryPackage item)
    {
        ArgumentNullException.ThrowIfNull(finding);
        ArgumentNullException.ThrowIfNull(item);
        if (Newest(finding, item) is not { } word) return finding;
        var (document, statement, product) = word;
        var status = VexStatuses.Name(statement.Status);
        var why = statement.Justification ?? statement.Statement ?? (statement.Status is VexStatus.Fixed ? "its author says so" : "no reason is given");
        var hides = statement.Status is VexStatus.NotAffected or VexStatus.Fixed;
        return finding with
        {
            Status = statement.Status switch
            {
                VexStatus.NotAffected => "not-affected",
                VexStatus.UnderInvestigation => "under-investigation",
                _ => status,
            },
            Evidence = [.. finding.Evidence, new("vex", document.Id, $"{status} for {Named(product)}", finding.Version ?? "")],
            Hidden = finding.Hidden ?? (hides ? new("vex", $"{status}: {why} ({document.Id}, {document.Author})", null) : null),
            Decision = new(statement.Status, Label(statement.Justification), statement.Statement ?? statement.Justification, statement.Action, document.Author, statement.Time),
        };
    }

    private Word? Newest(ReportFinding finding, InventoryPackage item)
    {
        Word? newest = null;
        foreach (var id in finding.Aliases.Prepend(finding.Id))
        {
            foreach (var name in Names(item))
            {
                if (!words.TryGetValue((id.ToUpperInvariant(), name), out var said)) continue;
                foreach (var word in said)
                {
                    if ((newest is null || word.IsAfter(newest)) && target.Holds(word.Product, item)) newest = word;
                }
            }
        }

        return newest;
    }

    /// <summary>The names under which a statement about this package, or about the whole target, may be filed.</summary>
    private static IEnumerable<string> Names(InventoryPackage item) => new[] { item.Package.Name, item.Package.Source?.Name, "" }.OfType<string>().Select(Folded).Distinct(StringComparer.Ordinal);

    private void Add(Word word)
    {
        // An image's purl stands for all that is in it.
        var name = word.Product is { Purl: { Type: not ("oci" or "docker") } purl } ? Folded(purl.Name) : "";
        foreach (var id in word.Statement.Vulnerabilities)
        {
            if (!words.TryGetValue((id.ToUpperInvariant(), name), out var said)) words.Add((id.ToUpperInvariant(), name), said = []);
            said.Add(word);
        }
    }

    /// <summary>A name in the one form that all types' rules for equal names leave equal; the purls decide afterwards.</summary>
    private static string Folded(string name) => name.ToLower(CultureInfo.InvariantCulture).Replace('_', '-');

    private static string Named(VexProduct product) =>
        (product.Purl?.ToString() ?? (product.Digests is [var digest, ..] ? digest : null) ?? product.Cpe ?? "its product") + (product.Within is { } whole ? $" in {Named(whole)}" : "");

    /// <summary>A justification as one of OpenVEX's labels; CycloneDX's words are mapped only where one means the same.</summary>
    private static string? Label(string? justification) => justification switch
    {
        "code_not_present" => "vulnerable_code_not_present",
        "code_not_reachable" => "vulnerable_code_not_in_execute_path",
        "protected_by_compiler" or "protected_at_runtime" or "protected_at_perimeter" or "protected_by_mitigating_control" => "inline_mitigations_already_exist",
        _ => VexJustifications.IsLabel(justification) ? justification : null,
    };

    private sealed record Word(VexDocument Document, VexStatement Statement, VexProduct Product)
    {
        /// <summary>Newer; at the same time the one that says more about the product, then the one that shows rather than hides, then by id: never by the order of files.</summary>
        public bool IsAfter(Word other)
        {
            var order = Nullable.Compare(Statement.Time, other.Statement.Time);
            if (order == 0) order = Detail(Product).CompareTo(Detail(other.Product));
            if (order == 0) order = Shows(Statement.Status).CompareTo(Shows(other.Statement.Status));
            if (order == 0) order = string.CompareOrdinal(Document.Id, other.Document.Id);
            if (order == 0) order = string.CompareOrdinal(Statement.Justification ?? Statement.Statement, other.Statement.Justification ?? other.Statement.Statement);
            return order > 0;
        }

        private static int Detail(VexProduct product) =>
            (product.Within is null ? 0 : 4) + (product.Purl is null or { Type: "oci" or "docker" } ? 0 : 2 + product.Purl.Qualifiers.Count) + (product.Purl?.Version is null && product.Versions is null ? 0 : 8);

        private static int Shows(VexStatus status) => status switch
        {
            VexStatus.Affected => 3,
            VexStatus.UnderInvestigation => 2,
            VexStatus.Fixed => 1,
            _ => 0,
        };
    }
}
