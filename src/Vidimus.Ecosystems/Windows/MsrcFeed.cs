using System.Text.Json;
using System.Text.RegularExpressions;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.Windows;

/// <summary>Microsoft's security updates as CVRF, a document a month: each vulnerability, the products that have it, and the update (KB) whose build fixes each.</summary>
/// <remarks>
/// Format: CVRF 1.1 with Microsoft's <c>FixedBuild</c> and <c>Supercedence</c>. Told as two kinds of record: the vulnerability with its ratings, and each update as a notice of all the vulnerabilities that it fixes, with for each
/// product the builds below its own. What an update supersedes stands in its text. Products are filed by their names under <c>Microsoft</c>, and builds are compared number by number.
/// </remarks>
public sealed partial class MsrcFeed : IFeed
{
    public string Name => "msrc";

    public string Title => "Microsoft Security Response Center";

    public Uri PublicAddress { get; } = new("https://api.msrc.microsoft.com/cvrf/v3.0/");

    public string Terms => "MSRC terms of use (© Microsoft)";

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [new("updates", Index: "updates")];

    public IEnumerable<FeedFile> Follow(FeedFile index, ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        JsonElement? root = document.RootElement;
        return [.. root.Member("value").Items().Select(update => ((JsonElement?)update).Text("ID")).OfType<string>().Select(id => new FeedFile($"cvrf/{id}"))];
    }

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel)
    {
        foreach (var entry in snapshot.Entries("", cancel).Where(entry => Month().IsMatch(entry.Name)))
        {
            foreach (var record in FeedPack.Checked(entry, snapshot, () => [.. Document(XmlElements.Read(entry.Body))])) yield return record;
        }
    }

    private static IEnumerable<Advisory> Document(XmlElement root)
    {
        if (root.Name != "cvrfdoc") throw new InvalidDataException("it is no CVRF document");
        var tracking = root.Child("DocumentTracking");
        var released = FeedDates.Day(tracking?.TextOf("InitialReleaseDate"));
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        if (root.Child("ProductTree") is { } tree) AddNames(tree, names);

        var fixes = new List<Fix>();
        foreach (var vulnerability in root.All("Vulnerability"))
        {
            if (CveText.In(vulnerability.TextOf("CVE")) is not { } cve) continue;
            fixes.AddRange(vulnerability.All("Remediations", "Remediation").SelectMany(r => Fixes(cve, r)));
            yield return ToAdvisory(cve, vulnerability, released);
        }

        foreach (var update in fixes.GroupBy(f => f.Id, StringComparer.Ordinal)) yield return ToAdvisory(update.Key, [.. update], names, released);
    }

    private static void AddNames(XmlElement element, Dictionary<string, string> names)
    {
        foreach (var child in element.Children)
        {
            if (child.Name == "FullProductName" && child["ProductID"] is { } id) names.TryAdd(id, child.Text.Trim());
            else AddNames(child, names);
        }
    }

    private static Advisory ToAdvisory(string cve, XmlElement vulnerability, DateTimeOffset? released)
    {
        var ratings = vulnerability.All("CVSSScoreSets", "ScoreSet").Select(set => set.TextOf("Vector")).OfType<string>().Distinct(StringComparer.Ordinal)
            .Where(vector => FeedElements.TypeOf(vector) is not null).Select(vector => new SeverityRating("microsoft", FeedElements.TypeOf(vector)!, vector)).ToList();
        var words = vulnerability.All("Threats", "Threat").Where(threat => threat["Type"] is "Severity" or "3").Select(threat => threat.TextOf("Description")).OfType<string>().Distinct(StringComparer.Ordinal);
        ratings.AddRange(words.Select(word => new SeverityRating("microsoft", "word", word)));
        return new()
        {
            Id = cve,
            Title = vulnerability.TextOf("Title"),
            Details = vulnerability.All("Notes", "Note").FirstOrDefault(note => note["Type"] is "Description")?.Text.Trim(),
            Url = $"https://msrc.microsoft.com/update-guide/vulnerability/{cve}",
            Published = released,
            Severities = ratings,
            Cwes = [.. vulnerability.All("CWE").Select(cwe => cwe["ID"]).OfType<string>()],
        };
    }

    /// <summary>The fixes of a remediation: those with a build, whose description is the number of an update or, where there is none, the fix is the vulnerability's own.</summary>
    private static IEnumerable<Fix> Fixes(string cve, XmlElement remediation)
    {
        if (remediation["Type"] is not ("Vendor Fix" or "2") || remediation.TextOf("FixedBuild") is not { } build || !Build().IsMatch(build)) yield break;
        var number = remediation.TextOf("Description");
        var id = number is not null && number.All(char.IsAsciiDigit) ? $"KB{number}" : cve;
        foreach (var product in remediation.All("ProductID")) yield return new(id, cve, product.Text.Trim(), build, remediation.TextOf("Supercedence"), remediation.TextOf("URL"));
    }

    private static Advisory ToAdvisory(string id, IReadOnlyList<Fix> fixes, Dictionary<string, string> names, DateTimeOffset? released)
    {
        var superseded = fixes.SelectMany(f => f.Supersedes?.Split((char[])[';', ',', ' '], StringSplitOptions.RemoveEmptyEntries) ?? []).Where(number => number.All(char.IsAsciiDigit)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return new()
        {
            Id = id,
            Upstream = id.StartsWith("KB", StringComparison.Ordinal) ? [.. fixes.Select(f => f.Cve).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)] : [],
            Title = $"Security update {id}",
            Details = superseded.Count == 0 ? null : $"Supersedes {string.Join(", ", superseded.Select(number => $"KB{number}"))}.",
            Url = fixes.Select(f => f.Url).FirstOrDefault(url => url is not null),
            Published = released,
            Affected =
            [
                .. fixes.Where(f => names.ContainsKey(f.Product)).DistinctBy(f => (f.Product, f.Build)).OrderBy(f => f.Product, StringComparer.Ordinal)
                    .Select(f => new Affected { Ecosystem = "Microsoft", Name = names[f.Product], Ranges = [VersionRange.Before(f.Build)] }),
            ],
        };
    }

    [GeneratedRegex("(?:^|/)[0-9]{4}-[A-Z][a-z]{2}(?:\\.xml)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Month();

    [GeneratedRegex(@"^[0-9]+(?:\.[0-9]+)+$", RegexOptions.CultureInvariant)]
    private static partial Regex Build();

    private sealed record Fix(string Id, string Cve, string Product, string Build, string? Supersedes, string? Url);
}
