using System.Text.Json;
using System.Text.RegularExpressions;
using Vidimus.Ecosystems.Reading;
using Vidimus.Ecosystems.Versions;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.Npm;

/// <summary>Retire.js: vulnerabilities of npm's packages and of libraries for browsers, of which those that say their npm name are npm's packages too.</summary>
/// <remarks>
/// Format: a JSON object of names in <c>npmrepository.json</c> and <c>jsrepository-v6.json</c>; the older versions beside them hold the same in older forms. Affected is from <c>atOrAbove</c> to before <c>below</c>,
/// without <c>excludes</c>. Libraries that say no npm name are filed under <c>retire.js</c>: kept, not judged.
/// </remarks>
public sealed partial class RetireJsFeed : IFeed
{
    private static readonly NpmVersions Order = new();

    public string Name => "retirejs";

    public string Title => "Retire.js";

    public Uri PublicAddress { get; } = new("https://raw.githubusercontent.com/RetireJS/retire.js/master/");

    public string Terms => "Apache-2.0";

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [new("repository/npmrepository.json"), new("repository/jsrepository-v6.json")];

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel)
    {
        foreach (var file in new[] { "jsrepository-v6.json", "npmrepository.json" })
        {
            foreach (var entry in snapshot.Entries(file, cancel))
            {
                var isNpm = file.StartsWith("npm", StringComparison.Ordinal);
                foreach (var record in FeedPack.Json(entry, snapshot, root => root.Members().Where(m => m.Name != "retire-example").SelectMany(m => Library(m.Name, m.Value, isNpm)))) yield return record;
            }
        }
    }

    private static IEnumerable<Advisory> Library(string name, JsonElement? library, bool isNpm)
    {
        var npmName = isNpm ? name : library.Text("npmname");
        foreach (var vulnerability in library.Member("vulnerabilities").Items()) yield return ToAdvisory(name, npmName, vulnerability);
    }

    private static Advisory ToAdvisory(string name, string? npmName, JsonElement? vulnerability)
    {
        var told = vulnerability.Member("identifiers");
        var cves = told.Texts("CVE").Where(id => id.StartsWith("CVE-", StringComparison.Ordinal)).ToList();
        var ids = told.Text("githubID") is { } ghsa ? [ghsa] : cves.Count > 1 ? [] : cves;
        var below = vulnerability.Text("below") ?? throw new InvalidDataException($"{name}: a vulnerability without an end");
        var from = vulnerability.Text("atOrAbove");
        return new()
        {
            Id = ids.Count > 0 ? ids[0] : $"RETIRE-{name}-{from ?? "0"}-{below}",
            Aliases = ids.Count > 0 && cves.Count == 1 && cves[0] != ids[0] ? cves : cves.Count == 0 && ids.Count == 0 && Working(vulnerability) is { } other ? [other] : [],
            Upstream = ids.Count == 0 ? cves : [],
            Title = told.Text("summary"),
            Details = vulnerability.Text("details"),
            Url = vulnerability.Texts("info").FirstOrDefault(),
            Severities = vulnerability.Text("severity") is { } word ? [new("retire.js", "word", word)] : [],
            Cwes = [.. vulnerability.Texts("cwe")],
            Affected = [new() { Ecosystem = npmName is null ? "retire.js" : "npm", Name = npmName ?? name, Ranges = Ranges(from, below, vulnerability.Texts("excludes")) }],
        };
    }

    /// <summary>The id that the working group of Node.js has it under, whose numbers are those of nodesecurity.io until they parted ways in 2018.</summary>
    private static string? Working(JsonElement? vulnerability)
    {
        var numbers = vulnerability.Texts("info").Select(url => NodeSecurity().Match(url)).Where(match => match.Success).Select(match => match.Groups[1].Value).Distinct(StringComparer.Ordinal).ToList();
        return numbers is [var number] ? $"NSWG-ECO-{number}" : null;
    }

    [GeneratedRegex("^https?://(?:www\\.)?nodesecurity\\.io/advisories/([0-9]{1,3})$", RegexOptions.CultureInvariant)]
    private static partial Regex NodeSecurity();

    private static List<VersionRange> Ranges(string? from, string below, IEnumerable<string> excludes)
    {
        IReadOnlyList<VersionRun> all = [new(from, from is not null, below, false)];
        var spared = excludes.Where(version => Order.IsValid(version)).Select(VersionRun.Only).ToList();
        return [.. (spared.Count == 0 ? all : NpmRange.Sets.Intersect(all, NpmRange.Sets.Complement(spared))).Select(run => run.ToRange())];
    }
}
