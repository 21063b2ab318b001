using System.Text.Json;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.Jenkins;

/// <summary>The warnings of Jenkins' update centre: which versions of a plugin, or of Jenkins itself, have a published vulnerability.</summary>
/// <remarks>
/// Format: <c>warnings: [{id, name, type, message, url, versions: [{firstVersion, lastVersion, pattern}]}]</c>. Jenkins itself decides by the pattern, a regular expression; the numbers beside it are given where the range is simple, and those
/// are read. Filed under <c>Jenkins</c> by the plugin's short name, <c>core</c> for Jenkins itself: kept, not judged, since no collector tells a plugin by that name.
/// </remarks>
public sealed class JenkinsFeed : IFeed
{
    public string Name => "jenkins";

    public string Title => "Jenkins update centre warnings";

    public Uri PublicAddress { get; } = new("https://updates.jenkins.io/current/");

    public string Terms => "MIT (Jenkins project)";

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [new("update-center.actual.json")];

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel)
    {
        foreach (var entry in snapshot.Entries(".json", cancel))
        {
            foreach (var record in FeedPack.Json(entry, snapshot, root => root.Member("warnings").Items().Select(Warning))) yield return record;
        }
    }

    private static Advisory Warning(JsonElement element)
    {
        JsonElement? warning = element;
        if (warning.Text("id") is not { } id || warning.Text("name") is not { } name) throw new InvalidDataException("a warning has no id or no name");
        return new()
        {
            Id = id,
            Title = warning.Text("message"),
            Url = warning.Text("url"),
            Affected = [new() { Ecosystem = "Jenkins", Name = name, Ranges = [.. warning.Member("versions").Items().Select(v => Range(v))] }],
        };
    }

    private static VersionRange Range(JsonElement? version)
    {
        List<RangeEvent> events = [new(RangeEventKind.Introduced, version.Text("firstVersion") is { Length: > 0 } first ? first : "0")];
        if (version.Text("lastVersion") is { Length: > 0 } last) events.Add(new(RangeEventKind.LastAffected, last));
        return new(events);
    }
}
