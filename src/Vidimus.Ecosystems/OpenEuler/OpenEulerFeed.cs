using System.Text.Json;
using Vidimus.Ecosystems.Csaf;
using Vidimus.Ecosystems.Reading;
using Vidimus.Ecosystems.Rpm;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.OpenEuler;

/// <summary>openEuler's CSAF documents: security advisories, and a document for each CVE with the state of each release.</summary>
/// <remarks>
/// A product is a release and a package's file name: <c>openEuler-24.03-LTS:vim-9.0.2092-18.oe2403.src</c>. openEuler's packages are looked up by their sources, so the source package is read; in a document that lists none
/// (those of CVEs), the binary package stands for the source of its name. Packages for debugging are nobody's.
/// </remarks>
public sealed class OpenEulerFeed : IFeed
{
    private static readonly string[] Architectures = [".src", ".x86_64", ".aarch64", ".noarch", ".loongarch64", ".riscv64", ".ppc64le", ".sw_64"];

    public string Name => "openeuler";

    public string Title => "openEuler CSAF";

    public Uri PublicAddress { get; } = new("https://repo.openeuler.org/security/data/csaf/");

    public string Terms => "MulanPSL-2.0 (openEuler)";

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => CsafFolders.Indexes("advisories", "cve");

    public IEnumerable<FeedFile> Follow(FeedFile index, ReadOnlyMemory<byte> body) => CsafFolders.Listed(index, body);

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel) => CsafFolders.Read(snapshot, Document, cancel);

    private static IEnumerable<Advisory> Document(JsonElement? root)
    {
        var document = new CsafDocument(root);
        foreach (var vulnerability in document.Vulnerabilities)
        {
            if (vulnerability.Cve is not { } cve) continue;
            var isNotice = !document.Id.StartsWith("CVE-", StringComparison.Ordinal);
            var ratings = vulnerability.Vectors.Select(vector => new SeverityRating("openeuler", FeedElements.TypeOf(vector)!, vector)).ToList();
            if (document.Severity is { Length: > 0 } word) ratings.Add(new("openeuler", "word", word));
            yield return new()
            {
                Id = document.Id,
                Upstream = isNotice ? [cve] : [],
                Title = document.Meta.Text("title"),
                Details = vulnerability.Description,
                Url = isNotice ? $"https://www.openeuler.org/en/security/security-bulletins/detail/?id={document.Id}" : $"https://www.openeuler.org/en/security/cve/detail/?cveId={cve}",
                Published = document.Released,
                Modified = document.Changed,
                Severities = ratings,
                Affected = [.. States(vulnerability)],
            };
        }
    }

    private static IEnumerable<Affected> States(CsafVulnerability vulnerability)
    {
        var states = State(vulnerability, "fixed", AffectedStatus.Affected)
            .Concat(State(vulnerability, "known_affected", AffectedStatus.Affected))
            .Concat(State(vulnerability, "under_investigation", AffectedStatus.UnderInvestigation))
            .Concat(State(vulnerability, "known_not_affected", AffectedStatus.NotAffected));
        return states.DistinctBy(s => (s.Ecosystem, s.Name, s.Status, s.Ranges is [{ Events: [_, var end] }] ? end.Version : null));
    }

    private static IEnumerable<Affected> State(CsafVulnerability vulnerability, string list, AffectedStatus status)
    {
        var products = vulnerability.Products(list).Select(Product).OfType<(string Release, string File, string Architecture)>().ToList();
        var withSource = products.Where(p => p.Architecture == ".src").Select(p => p.Release).ToHashSet(StringComparer.Ordinal);
        foreach (var (release, file, _) in products.Where(p => p.Architecture == ".src" || !withSource.Contains(p.Release)))
        {
            if (RpmText.Split(file) is not { } split || split.Name.EndsWith("-debuginfo", StringComparison.Ordinal) || split.Name.EndsWith("-debugsource", StringComparison.Ordinal)) continue;
            var ranges = status == AffectedStatus.NotAffected ? (IReadOnlyList<VersionRange>)[] : list == "fixed" ? [VersionRange.Before(split.Version)] : [VersionRange.All];
            yield return new() { Ecosystem = $"openEuler:{release}", Name = split.Name, Status = status, Ranges = ranges };
        }
    }

    private static (string Release, string File, string Architecture)? Product(string id)
    {
        const string Head = "openEuler-";
        var colon = id.IndexOf(':', StringComparison.Ordinal);
        if (colon <= Head.Length || !id.StartsWith(Head, StringComparison.Ordinal)) return null;
        var file = id[(colon + 1)..];
        if (file.EndsWith(".rpm", StringComparison.Ordinal)) file = file[..^4];
        return Array.Find(Architectures, a => file.EndsWith(a, StringComparison.Ordinal)) is { } architecture ? (id[Head.Length..colon], file[..^architecture.Length], architecture) : null;
    }
}
