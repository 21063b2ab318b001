using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Vidimus.Ecosystems.Csaf;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.RedHat;

/// <summary>Red Hat's CSAF documents: as VEX a vulnerability each with every product's state, as advisories a notice each with what it fixed.</summary>
/// <remarks>
/// <c>archive_latest.txt</c> names a day's archive, <c>changes.csv</c> what changed since, <c>deletions.csv</c> what left. Kept are the states of Red Hat Enterprise Linux and its extended streams (EUS, AUS, E4S, TUS, ELS), by their
/// CPE; layered products, whose repositories no system tells of, and containers are left out. A component is a binary package, or, for what has no fix, its source's name.
/// </remarks>
public sealed partial class RedHatCsafFeed : IFeed
{
    private readonly string kind;

    private RedHatCsafFeed(string name, string title, string kind)
    {
        (Name, Title, this.kind) = (name, title, kind);
        PublicAddress = new($"https://security.access.redhat.com/data/csaf/v2/{kind}/");
    }

    public static RedHatCsafFeed Vex { get; } = new("redhat", "Red Hat CSAF VEX", "vex");

    public static RedHatCsafFeed Advisories { get; } = new("redhat-advisories", "Red Hat CSAF advisories", "advisories");

    public string Name { get; }

    public string Title { get; }

    public Uri PublicAddress { get; }

    public string Terms => "CC-BY-4.0 (Red Hat)";

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [new("archive_latest.txt", Index: "archive")];

    /// <inheritdoc/>
    /// <remarks>The archive's name ends with its day, <c>csaf_vex_2024-08-04.tar.zst</c>; lines of changes are newest first: <c>"2023/cve-2023-6240.json","2024-08-04T10:17:22+00:00"</c>.</remarks>
    public IEnumerable<FeedFile> Follow(FeedFile index, ReadOnlyMemory<byte> body)
    {
        var text = Encoding.UTF8.GetString(body.Span);
        if (index.Index == "archive")
        {
            var name = text.Trim();
            var day = Day().Match(name);
            if (!day.Success) throw new InvalidDataException("it names no archive of a day");
            return [new(name), new("changes.csv", Index: day.Value), new("deletions.csv")];
        }

        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => Change().Match(line)).Where(change => change.Success)
            .TakeWhile(change => string.CompareOrdinal(change.Groups["day"].Value, index.Index) >= 0).Select(change => new FeedFile(change.Groups["file"].Value));
    }

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel)
    {
        var deleted = snapshot.Entries("deletions.csv", cancel).SelectMany(entry => Encoding.UTF8.GetString(entry.Body.Span).Split('\n')).Select(line => Change().Match(line)).Where(change => change.Success)
            .Select(change => Path.GetFileName(change.Groups["file"].Value)).ToHashSet(StringComparer.Ordinal);
        foreach (var entry in FeedPack.Documents(snapshot, ".json", cancel).Where(entry => !deleted.Contains(Path.GetFileName(entry.Name))))
        {
            foreach (var record in FeedPack.Json(entry, snapshot, Document)) yield return record;
        }
    }

    private IEnumerable<Advisory> Document(JsonElement? root)
    {
        var document = new CsafDocument(root);
        var isNotice = kind == "advisories";
        foreach (var vulnerability in document.Vulnerabilities)
        {
            if (vulnerability.Cve is not { } cve) continue;
            var impact = vulnerability.Element.Member("threats").Items().Select(t => (JsonElement?)t).FirstOrDefault(t => t.Text("category") is "impact").Text("details");
            var severities = vulnerability.Vectors.Select(vector => new SeverityRating("redhat", FeedElements.TypeOf(vector)!, vector)).ToList();
            if ((impact ?? document.Severity) is { } word) severities.Add(new("redhat", "word", word));
            yield return new()
            {
                Id = isNotice ? document.Id : cve,
                Upstream = isNotice ? [cve] : [],
                Title = vulnerability.Title ?? document.Meta.Text("title"),
                Details = vulnerability.Description,
                Url = isNotice ? $"https://access.redhat.com/errata/{document.Id}" : $"https://access.redhat.com/security/cve/{cve}",
                Published = isNotice ? document.Released : FeedDates.Day(vulnerability.Published) ?? document.Released,
                Modified = document.Changed,
                Severities = severities,
                Cwes = vulnerability.Cwe is { } cwe ? [cwe] : [],
                Affected = States(document, vulnerability),
            };
        }
    }

    private static List<Affected> States(CsafDocument document, CsafVulnerability vulnerability)
    {
        var remediations = vulnerability.ByProduct("remediations");
        var states = new List<Affected>();
        Add("fixed", _ => AffectedStatus.Affected);
        Add("known_affected", id => Unfixed(remediations[id]));
        Add("under_investigation", _ => AffectedStatus.UnderInvestigation);
        Add("known_not_affected", _ => AffectedStatus.NotAffected);
        return states;

        void Add(string list, Func<string, AffectedStatus> statusOf)
        {
            var isFixed = list == "fixed";
            var components = vulnerability.Products(list).Select(id => (Component: Component.Of(document, id), Status: statusOf(id))).Where(c => c.Component is not null && (!isFixed || c.Component.Version is not null));
            foreach (var group in components.GroupBy(c => (c.Component!.Ecosystem, c.Component.Name, c.Component.Module, c.Status)))
            {
                var binaries = group.Where(c => c.Component!.Architecture != "src").ToList();
                if (isFixed && binaries.Count == 0) continue; // A source package's version is its binaries', which are listed themselves.
                var architectures = binaries.Select(c => c.Component!.Architecture).Distinct(StringComparer.Ordinal).ToList();
                states.Add(new()
                {
                    Ecosystem = group.Key.Ecosystem,
                    Name = group.Key.Name,
                    Module = group.Key.Module,
                    Status = group.Key.Status,
                    Ranges = isFixed ? RedHatStreams.Ranges(binaries.Select(c => c.Component!.Version!)) : group.Key.Status == AffectedStatus.NotAffected ? [] : [VersionRange.All],
                    Architectures = !isFixed || architectures.Contains("noarch") || architectures.Contains(null) ? [] : [.. architectures.OfType<string>().Order(StringComparer.Ordinal)],
                });
            }
        }
    }

    /// <summary>What is planned for a product without a fix: the category tells, and within it the words that Red Hat writes there.</summary>
    private static AffectedStatus Unfixed(IEnumerable<JsonElement?> remediations)
    {
        foreach (var remediation in remediations)
        {
            switch (remediation.Text("category"), remediation.Text("details"))
            {
                case ("no_fix_planned", "Out of support scope"):
                    return AffectedStatus.EndOfLife;
                case ("no_fix_planned", _):
                    return AffectedStatus.WillNotFix;
                case ("none_available", "Fix deferred"):
                    return AffectedStatus.Deferred;
            }
        }

        return AffectedStatus.Affected;
    }

    [GeneratedRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}", RegexOptions.CultureInvariant)]
    private static partial Regex Day();

    [GeneratedRegex("""^"(?<file>[0-9]{4}/[A-Za-z0-9_.-]+\.json)","(?<day>[0-9]{4}-[0-9]{2}-[0-9]{2})""", RegexOptions.CultureInvariant)]
    private static partial Regex Change();

    /// <summary>An rpm package in a stream.</summary>
    private sealed partial record Component(string Ecosystem, string Name, string? Version, string? Architecture, string? Module)
    {
        /// <summary>Null for what is no rpm package of Red Hat Enterprise Linux.</summary>
        public static Component? Of(CsafDocument document, string id)
        {
            var (componentId, between, platform) = document.Resolve(id);
            if (platform is null || document.Product(platform)?.Cpe is not { } cpe || Stream().Match(cpe) is not { Success: true } stream) return null;
            if (document.Product(componentId)?.Purl is not { } text || !PackageUrl.TryParse(text, out var purl) || purl.Type != "rpm") return null;

            var module = ModuleOf(purl.Qualifiers.GetValueOrDefault("rpmmod")) ?? (between is not null && PackageUrl.TryParse(document.Product(between)?.Purl ?? "", out var outer) && outer.Type == "rpmmod" ? ModuleOf($"{outer.Name}:{outer.Version}") : null);
            // Older documents leave the epoch out of the package URL; the component's id has it: thunderbird-0:115.5.0-1.el8_2.x86_64.
            var epoch = purl.Qualifiers.GetValueOrDefault("epoch") ?? (Epoch().Match(componentId) is { Success: true } written ? written.Groups[1].Value : null);
            var version = purl.Version is not { Length: > 0 } v ? null : epoch is null or "0" ? v : $"{epoch}:{v}";
            return new($"Red Hat:{stream.Groups[1].Value}", purl.Name, version, purl.Qualifiers.GetValueOrDefault("arch"), module);
        }

        /// <summary><c>name:stream</c> of <c>name:stream:version:context</c>.</summary>
        private static string? ModuleOf(string? label) => label?.Split(':') is [{ Length: > 0 } name, { Length: > 0 } stream, ..] ? $"{name}:{stream}" : null;

        [GeneratedRegex("^cpe:/[ao]:redhat:((?:enterprise_linux|rhel_(?:eus|aus|e4s|tus|els))(?::.*)?)$", RegexOptions.CultureInvariant)]
        private static partial Regex Stream();

        [GeneratedRegex("-([0-9]+):[^-]+-[^-]+$", RegexOptions.CultureInvariant)]
        private static partial Regex Epoch();
    }
}
