using Vidimus.Ecosystems.Reading;
using Vidimus.Ecosystems.Versions;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.Php;

/// <summary>The security advisories of FriendsOfPHP: a YAML document a vulnerability; affected is what all conditions of any branch take.</summary>
/// <remarks>Format: its README. Conditions are <c>&lt;</c>, <c>&lt;=</c>, <c>&gt;</c>, <c>&gt;=</c>, <c>=</c>, <c>==</c> and <c>!=</c> with a version of Composer's.</remarks>
public sealed class FriendsOfPhpFeed : IFeed
{
    private static readonly ComposerVersions Order = new();
    private static readonly VersionSets Sets = new(Order);

    public string Name => "friendsofphp";

    public string Title => "FriendsOfPHP security advisories";

    public Uri PublicAddress { get; } = new("https://github.com/FriendsOfPHP/security-advisories/archive/refs/heads/master.zip");

    public string Terms => "Unlicense";

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [new("")];

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel)
    {
        foreach (var entry in snapshot.Entries(".yaml", cancel).Where(e => !e.Name.Contains(".github/", StringComparison.Ordinal))) // the repository's own workflows
        {
            foreach (var record in FeedPack.Checked(entry, snapshot, () => [ToAdvisory(YamlDocuments.Read(entry.Body), Path.GetFileNameWithoutExtension(entry.Name))])) yield return record;
        }
    }

    private static Advisory ToAdvisory(YamlNode root, string fileName)
    {
        if (root.Text("reference") is not { } reference || !reference.StartsWith("composer://", StringComparison.Ordinal) || reference.Length <= "composer://".Length) throw new InvalidDataException("it refers to no package of Composer");
        var name = reference["composer://".Length..];
        var branches = root.Member("branches").Members();
        return new()
        {
            Id = $"FOP-{name}-{fileName}", // The database has no ids but its files' names, which are no more than a day for many.
            Aliases = root.Text("cve") is { } cve && cve.StartsWith("CVE-", StringComparison.Ordinal) ? [cve] : [],
            Title = root.Text("title"),
            Url = root.Text("link"),
            Published = branches.Select(branch => FeedDates.Day(branch.Value.Text("time"))).Where(day => day is not null).Min(),
            Affected = [new() { Ecosystem = "Packagist", Name = name, Ranges = [.. Sets.Union(branches.SelectMany(branch => Versions(branch.Value))).Select(run => run.ToRange())] }],
        };
    }

    private static IReadOnlyList<VersionRun> Versions(YamlNode branch)
    {
        IReadOnlyList<VersionRun> all = [VersionRun.All];
        foreach (var condition in branch.Member("versions").Items()) all = Sets.Intersect(all, Condition(condition.Text() ?? ""));
        return all;
    }

    private static IReadOnlyList<VersionRun> Condition(string text)
    {
        var sign = text[..^text.TrimStart('<', '>', '=', '!').Length];
        var version = text[sign.Length..].Trim();
        if (version is ['v' or 'V', ..]) version = version[1..];
        if (version.Length == 0 || !Order.IsValid(version)) throw new InvalidDataException($"'{text}' is no condition on a version");
        return sign switch
        {
            "" or "=" or "==" => [VersionRun.Only(version)],
            "!=" => Sets.Complement([VersionRun.Only(version)]),
            ">" => [VersionRun.From(version, included: false)],
            ">=" => [VersionRun.From(version, included: true)],
            "<" => [VersionRun.To(version, included: false)],
            "<=" => [VersionRun.To(version, included: true)],
            _ => throw new InvalidDataException($"'{text}' is no condition on a version"),
        };
    }
}
