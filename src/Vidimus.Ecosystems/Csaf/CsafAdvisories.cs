using System.Text.Json;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model;
using Vidimus.Model.Advisories;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Csaf;

/// <summary>Reads CSAF documents of any publisher by the package URLs of their products.</summary>
/// <remarks>
/// A product's version is that of its package URL, or the range in its branch's name (<c>product_version_range</c>: <c>&lt;1.2.3</c>, <c>vers:npm/&gt;=1.0|&lt;1.2.3</c>). Language packages are filed in their ecosystem, a system's by the <c>distro</c>
/// qualifier (<c>debian-12</c>). Products without a package URL are left out: nothing tells what they are.
/// </remarks>
public static class CsafAdvisories
{
    private static readonly (string List, AffectedStatus Status)[] Lists =
    [
        ("known_affected", AffectedStatus.Affected), ("first_affected", AffectedStatus.Affected), ("last_affected", AffectedStatus.Affected),
        ("under_investigation", AffectedStatus.UnderInvestigation), ("known_not_affected", AffectedStatus.NotAffected),
    ];

    /// <exception cref="InvalidDataException">It is no CSAF document.</exception>
    public static IEnumerable<Advisory> Read(JsonElement root)
    {
        var document = new CsafDocument(root);
        foreach (var vulnerability in document.Vulnerabilities)
        {
            var id = vulnerability.Cve ?? vulnerability.Element.Member("ids").Items().Select(i => ((JsonElement?)i).Text("text")).FirstOrDefault(text => text is not null) ?? document.Id;
            var ratings = vulnerability.Vectors.Select(vector => new SeverityRating("private", FeedElements.TypeOf(vector)!, vector)).ToList();
            if (document.Severity is { } word) ratings.Add(new("private", "word", word));
            yield return new()
            {
                Id = id == document.Id ? id : $"{document.Id}",
                Upstream = id == document.Id ? [] : [id],
                Title = vulnerability.Title ?? document.Meta.Text("title"),
                Details = vulnerability.Description,
                Published = document.Released,
                Modified = document.Changed,
                Severities = ratings,
                Cwes = vulnerability.Cwe is { } cwe ? [cwe] : [],
                Affected = [.. Lists.SelectMany(list => vulnerability.Products(list.List).Select(product => ToAffected(document, product, list.Status))).OfType<Affected>(), .. Fixes(document, vulnerability)],
            };
        }
    }

    /// <summary>A fixed version says that those before it are affected, where no list says which are.</summary>
    private static IEnumerable<Affected> Fixes(CsafDocument document, CsafVulnerability vulnerability)
    {
        if (vulnerability.Products("known_affected").Any()) return [];
        return vulnerability.Products("fixed").Concat(vulnerability.Products("first_fixed")).Select(id => Find(document, id)).OfType<(string Ecosystem, string Name, string? Version, string? Range)>()
            .Where(p => p.Version is not null).Select(p => new Affected { Ecosystem = p.Ecosystem, Name = p.Name, Ranges = [VersionRange.Before(p.Version!)] });
    }

    private static Affected? ToAffected(CsafDocument document, string id, AffectedStatus status)
    {
        if (Find(document, id) is not { } product) return null;
        var range = product.Range is { } text ? Range(text) : product.Version is null ? VersionRange.All : null;
        return new()
        {
            Ecosystem = product.Ecosystem,
            Name = product.Name,
            Status = status,
            Ranges = range is null ? [] : [range],
            Versions = range is null ? [product.Version!] : [],
        };
    }

    private static (string Ecosystem, string Name, string? Version, string? Range)? Find(CsafDocument document, string id)
    {
        var (component, _, _) = document.Resolve(id);
        if (document.Product(component) is not { Purl: { } text } product || !PackageUrl.TryParse(text, out var purl)) return null;
        var package = new Package { Type = purl.Type, Namespace = purl.Namespace, Name = purl.Name, Version = purl.Version ?? "" };
        if (EcosystemList.Keys.Ecosystem(purl.Type) is not { } ecosystem) return null;
        var range = product.Category is "product_version_range" ? product.Branch : null;
        if (!ecosystem.IsOs) return ecosystem.AdvisoryEcosystem is { } language ? (language, ecosystem.AdvisoryName(package), purl.Version, range) : null;

        var distro = purl.Qualifiers.GetValueOrDefault("distro");
        var dash = distro?.LastIndexOf('-') ?? -1;
        if (distro is null || dash <= 0) return null;
        var os = new Model.Inventory.OsRelease(distro[..dash], distro[(dash + 1)..], null);
        return EcosystemList.Keys.Distribution(os)?.AdvisoryEcosystems(os) is [var first, ..] ? (first, purl.Name, purl.Version, range) : null;
    }

    /// <summary>A range of the simple forms: conditions parted by <c>|</c>, commas or blanks, all of which hold.</summary>
    private static VersionRange Range(string text)
    {
        if (text.StartsWith("vers:", StringComparison.Ordinal)) text = text.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? text[(slash + 1)..] : "";
        var events = new List<RangeEvent>();
        foreach (var part in text.Split((char[])['|', ',', ' '], StringSplitOptions.RemoveEmptyEntries))
        {
            var version = part.TrimStart('<', '>', '=');
            events.Add(part[..^version.Length] switch
            {
                "<" => new(RangeEventKind.Fixed, version),
                "<=" => new(RangeEventKind.LastAffected, version),
                ">" => new(RangeEventKind.IntroducedAfter, version),
                ">=" => new(RangeEventKind.Introduced, version),
                _ when part == "*" => new(RangeEventKind.Introduced, "0"),
                _ => throw new InvalidDataException($"'{text}' is no range of versions that is read"),
            });
        }

        if (events.Count == 0) throw new InvalidDataException("a range of versions is empty");
        if (!events.Exists(e => e.Kind is RangeEventKind.Introduced or RangeEventKind.IntroducedAfter)) events.Insert(0, new(RangeEventKind.Introduced, "0"));
        return new(events);
    }
}
