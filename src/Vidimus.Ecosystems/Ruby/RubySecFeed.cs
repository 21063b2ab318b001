using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.Ruby;

/// <summary>The Ruby Advisory Database: a YAML document a vulnerability, in <c>gems/</c> and, for the interpreters themselves, in <c>rubies/</c>.</summary>
/// <remarks>Format: its README. Affected is what neither <c>patched_versions</c> nor <c>unaffected_versions</c> takes. The interpreters are filed under <c>Ruby</c>, an ecosystem without an order of ours: kept, not judged.</remarks>
public sealed class RubySecFeed : IFeed
{
    public string Name => "rubysec";

    public string Title => "Ruby Advisory Database";

    public Uri PublicAddress { get; } = new("https://github.com/rubysec/ruby-advisory-db/archive/refs/heads/master.zip");

    public string Terms => "public domain";

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [new("gems/"), new("rubies/")];

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel)
    {
        foreach (var entry in snapshot.Entries(".yml", cancel))
        {
            foreach (var record in FeedPack.Checked(entry, snapshot, () => [ToAdvisory(YamlDocuments.Read(entry.Body), Path.GetFileNameWithoutExtension(entry.Name))])) yield return record;
        }
    }

    private static Advisory ToAdvisory(YamlNode root, string fileName)
    {
        var gem = root.Text("gem");
        var name = gem ?? root.Text("engine") ?? throw new InvalidDataException("it names neither a gem nor an engine");
        var cve = root.Text("cve") is { } number ? $"CVE-{number}" : null;
        var ghsa = root.Text("ghsa") is { } code ? $"GHSA-{code}" : null;
        var osvdb = root.Text("osvdb") is { } old ? $"OSVDB-{old}" : null;
        var ids = new[] { cve, ghsa, osvdb }.OfType<string>().ToList();
        var related = root.Member("related");
        if (ids.Count == 0) ids.Add(fileName);
        return new()
        {
            Id = ids[0],
            Aliases = [.. ids.Skip(1), .. related.Member("cve").Items().Select(c => c.Text()).OfType<string>().Where(_ => cve is null).Take(1).Select(c => $"CVE-{c}")],
            Title = root.Text("title"),
            Details = root.Text("description"),
            Url = root.Text("url"),
            Published = FeedDates.Day(root.Text("date")),
            Severities = Ratings(root),
            Affected = [new() { Ecosystem = gem is null ? "Ruby" : "RubyGems", Name = name, Ranges = Ranges(root, isGem: gem is not null) }],
        };
    }

    private static List<VersionRange> Ranges(YamlNode root, bool isGem)
    {
        var safe = root.Member("patched_versions").Items().Concat(root.Member("unaffected_versions").Items()).Select(r => r.Text()).OfType<string>().ToList();
        if (!isGem && safe.Exists(text => text.Contains("-r", StringComparison.Ordinal))) return [VersionRange.All]; // Revisions of an old interpreter, which gems' versions do not know.
        return [.. GemRequirement.Sets.Complement(safe.SelectMany(GemRequirement.Parse)).Select(run => run.ToRange())];
    }

    /// <summary>The database gives scores without their vectors.</summary>
    private static IReadOnlyList<SeverityRating> Ratings(YamlNode root) =>
    [
        .. new[] { ("cvss_v3", "CVSS:3.1"), ("cvss_v4", "CVSS:4.0"), ("cvss_v2", "CVSS:2.0") }
            .Select(kind => (Type: kind.Item2, Score: FeedDates.Score(root.Text(kind.Item1)))).Where(r => r.Score is not null).Select(r => new SeverityRating("rubysec", r.Type, "", r.Score)),
    ];
}
