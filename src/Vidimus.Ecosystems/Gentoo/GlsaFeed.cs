using Vidimus.Ecosystems.Reading;
using Vidimus.Ecosystems.Versions;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.Gentoo;

/// <summary>Gentoo's security advisories, an XML document each.</summary>
/// <remarks>
/// Format: glsa.dtd. Of each package <c>vulnerable</c> and <c>unaffected</c> conditions: <c>lt le eq ge gt</c>, and with an <c>r</c> before them those that hold only within one version's revisions.
/// Affected is what is vulnerable and not unaffected. A condition limited to a slot is taken only when all of the package's are: which slot a package sits in is in no version.
/// </remarks>
public sealed class GlsaFeed : IFeed
{
    private static readonly GentooVersions Order = new();
    private static readonly VersionSets Sets = new(Order);

    public string Name => "gentoo";

    public string Title => "Gentoo Linux Security Advisories";

    public Uri PublicAddress { get; } = new("https://gitweb.gentoo.org/data/glsa.git/snapshot/");

    public string Terms => "CC-BY-SA-4.0 (Gentoo Authors)";

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [new("glsa-master.tar.gz"), new("")];

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel)
    {
        foreach (var entry in FeedPack.Documents(snapshot, ".xml", cancel).Where(e => Path.GetFileName(e.Name).StartsWith("glsa-", StringComparison.Ordinal)))
        {
            foreach (var record in FeedPack.Checked(entry, snapshot, () => [ToAdvisory(XmlElements.ReadWithDoctype(entry.Body))])) yield return record;
        }
    }

    private static Advisory ToAdvisory(XmlElement root)
    {
        if (root.Name != "glsa" || root["id"] is not { Length: > 0 } id) throw new InvalidDataException("it is no glsa with an id");
        return new()
        {
            Id = $"GLSA-{id}",
            Upstream = [.. root.All("references", "uri").SelectMany(uri => CveText.All(uri.Text)).Distinct(StringComparer.Ordinal)],
            Title = root.TextOf("title"),
            Details = root.TextOf("synopsis"),
            Url = $"https://security.gentoo.org/glsa/{Uri.EscapeDataString(id)}",
            Published = FeedDates.Day(root.TextOf("announced")),
            Severities = root.Child("impact")?["type"] is { } word ? [new("gentoo", "word", word)] : [],
            Affected = [.. root.All("affected", "package").Where(p => p["name"] is { Length: > 0 }).Select(ToAffected)],
        };
    }

    private static Affected ToAffected(XmlElement package)
    {
        var vulnerable = package.All("vulnerable").SelectMany(Condition).ToList();
        var unaffected = package.All("unaffected").Where(c => c["slot"] is null or "*" || package.All("vulnerable").All(v => v["slot"] is not (null or "*"))).SelectMany(Condition).ToList();
        var runs = Sets.Intersect(Sets.Union(vulnerable), Sets.Complement(unaffected));
        return new()
        {
            Ecosystem = "Gentoo",
            Name = package["name"]!,
            Ranges = [.. runs.Select(run => run.ToRange())],
            Architectures = package["arch"] is null or "*" ? [] : [.. package["arch"]!.Split(' ', StringSplitOptions.RemoveEmptyEntries)],
        };
    }

    private static IReadOnlyList<VersionRun> Condition(XmlElement condition)
    {
        var version = condition.Text.Trim();
        if (condition["range"] is "eq" && version.EndsWith('*')) return Prefix(version[..^1]);
        if (!Order.IsValid(version)) throw new InvalidDataException($"'{version}' is no version of Gentoo's");
        var bare = version.IndexOf("-r", StringComparison.Ordinal) is > 0 and var dash ? version[..dash] : version;
        IReadOnlyList<VersionRun> revisions = [new(bare, true, $"{bare}-r{new string('9', 18)}", true)];
        return condition["range"] switch
        {
            "lt" => [VersionRun.To(version, included: false)],
            "le" => [VersionRun.To(version, included: true)],
            "eq" => [VersionRun.Only(version)],
            "ge" => [VersionRun.From(version, included: true)],
            "gt" => [VersionRun.From(version, included: false)],
            "rlt" => Sets.Intersect(revisions, [VersionRun.To(version, included: false)]),
            "rle" => Sets.Intersect(revisions, [VersionRun.To(version, included: true)]),
            "rge" => Sets.Intersect(revisions, [VersionRun.From(version, included: true)]),
            "rgt" => Sets.Intersect(revisions, [VersionRun.From(version, included: false)]),
            var other => throw new InvalidDataException($"'{other}' is no range of a glsa"),
        };
    }

    /// <summary><c>2.2*</c>: from it on to before the next number in its last place.</summary>
    private static IReadOnlyList<VersionRun> Prefix(string version)
    {
        var text = version.TrimEnd('.');
        var parts = text.Split('.');
        if (!Order.IsValid(text) || !int.TryParse(parts[^1], out var last) || last == int.MaxValue) throw new InvalidDataException($"'{version}*' is no version of Gentoo's");
        parts[^1] = (last + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return [new($"{text}_alpha0", true, $"{string.Join('.', parts)}_alpha0", false)];
    }
}
