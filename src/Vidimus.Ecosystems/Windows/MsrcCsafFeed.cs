using System.Text.Json;
using Vidimus.Ecosystems.Csaf;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.Windows;

/// <summary>Microsoft's CSAF documents: an advisory for each CVE of its products, and VEX for its Linux and the open source within.</summary>
/// <remarks>
/// A branch <c>product_version_range</c> named <c>&lt;10.0.20348.3328</c> below a product's name says which builds are affected; it is in <c>known_affected</c>. In VEX the branch is <c>&lt;azl3 ruby 3.3.5-2</c> and the product a
/// component of Azure Linux. Products are filed by their names under <c>Microsoft</c>, as <see cref="MsrcFeed"/> does, and packages of Azure Linux under its release. Ranges that name no build are left out.
/// </remarks>
public sealed class MsrcCsafFeed : IFeed
{
    public string Name => "msrc-csaf";

    public string Title => "Microsoft CSAF";

    public Uri PublicAddress { get; } = new("https://msrc.microsoft.com/csaf/");

    public string Terms => "MSRC terms of use (© Microsoft)";

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => CsafFolders.Indexes("advisories", "vex");

    public IEnumerable<FeedFile> Follow(FeedFile index, ReadOnlyMemory<byte> body) => CsafFolders.Listed(index, body);

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel) => CsafFolders.Read(snapshot, Document, cancel);

    private static IEnumerable<Advisory> Document(JsonElement? root)
    {
        var document = new CsafDocument(root);
        foreach (var vulnerability in document.Vulnerabilities)
        {
            if (vulnerability.Cve is not { } cve) continue;
            var ratings = vulnerability.Vectors.Select(vector => new SeverityRating("microsoft", FeedElements.TypeOf(vector)!, vector)).ToList();
            if (document.Severity is { Length: > 0 } word) ratings.Add(new("microsoft", "word", word));
            yield return new()
            {
                Id = cve,
                Title = vulnerability.Title ?? document.Meta.Text("title"),
                Details = vulnerability.Description,
                Url = $"https://msrc.microsoft.com/update-guide/vulnerability/{cve}",
                Published = document.Released,
                Modified = document.Changed,
                Severities = ratings,
                Cwes = vulnerability.Cwe is { } cwe ? [cwe] : [],
                Affected = [.. States(document, vulnerability).DistinctBy(a => (a.Ecosystem, a.Name, a.Status, a.Ranges is [{ Events: [_, var end] }] ? end.Version : null))],
            };
        }
    }

    private static IEnumerable<Affected> States(CsafDocument document, CsafVulnerability vulnerability)
    {
        foreach (var id in vulnerability.Products("known_affected"))
        {
            if (State(document, id, AffectedStatus.Affected) is { } affected) yield return affected;
        }

        foreach (var id in vulnerability.Products("under_investigation"))
        {
            if (State(document, id, AffectedStatus.UnderInvestigation) is { } open) yield return open;
        }

        foreach (var id in vulnerability.Products("known_not_affected"))
        {
            if (State(document, id, AffectedStatus.NotAffected) is { } clean) yield return clean;
        }
    }

    private static Affected? State(CsafDocument document, string id, AffectedStatus status)
    {
        var (component, _, platform) = document.Resolve(id);
        if (document.Product(component) is not { } product) return null;
        var system = platform is null ? null : document.Product(platform);
        var (ecosystem, name) = Linux(system?.Name) is { } linux ? (linux, product.Parent) : ("Microsoft", product.Parent ?? product.Name);
        if (name is null) return null;
        if (status == AffectedStatus.NotAffected) return new() { Ecosystem = ecosystem, Name = name, Status = status };
        if (product.Category is not "product_version_range") return status == AffectedStatus.Affected ? null : new() { Ecosystem = ecosystem, Name = name, Status = status, Ranges = [VersionRange.All] };
        return Below(product.Branch) is { } end ? new() { Ecosystem = ecosystem, Name = name, Status = status, Ranges = [VersionRange.Before(end)] } : null;
    }

    /// <summary><c>Azure Linux 3.0</c>, <c>CBL Mariner 2.0 x64</c>: by the major number, as their packages are looked up; null for another product.</summary>
    private static string? Linux(string? name) => name?.Split(' ') switch
    {
        ["Azure" or "CBL", "Linux" or "Mariner", [>= '0' and <= '9', ..] version, ..] => $"Azure Linux:{version.Split('.')[0]}",
        _ => null,
    };

    /// <summary>The build in <c>&lt;10.0.1</c>, or the version at the end of <c>&lt;azl3 ruby 3.3.5-2</c>.</summary>
    private static string? Below(string? branch)
    {
        if (branch is not ['<', .. var text] || text.Length == 0) return null;
        var version = text[(text.LastIndexOf(' ') + 1)..];
        return version.Length > 0 && char.IsAsciiDigit(version[0]) ? version : null;
    }
}
