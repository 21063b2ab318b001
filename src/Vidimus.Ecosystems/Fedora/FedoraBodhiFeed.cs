using System.Text.Json;
using Vidimus.Ecosystems.Reading;
using Vidimus.Ecosystems.Rpm;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.Fedora;

/// <summary>Fedora's updates as its system of updates, bodhi, tells of them: with the state of each and its builds, which the repositories of <see cref="FedoraFeed"/> do not have after a release has ended.</summary>
/// <remarks>
/// Format: bodhi's API; a document is an update, a list of them, or an answer's page with <c>updates</c>. Only security updates that reached the stable repository count, and of their builds the rpms: containers, modules and flatpaks are others' content.
/// bodhi gives a list of updates only to a query (<c>?type=security&amp;status=stable&amp;page=N</c>), so a mirror keeps its answers in <c>pages/</c>.
/// A build is a source package, but Fedora's packages are looked up by their binary names, which bodhi does not tell: a record stands for the binary package of the source's name.
/// </remarks>
public sealed class FedoraBodhiFeed : IFeed
{
    public string Name => "fedora-bodhi";

    public string Title => "Fedora bodhi";

    public Uri PublicAddress { get; } = new("https://bodhi.fedoraproject.org/updates/");

    public string Terms => "none stated (© Red Hat and others)";

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [new("pages/")];

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel)
    {
        foreach (var entry in snapshot.Entries("", cancel))
        {
            foreach (var record in FeedPack.Json(entry, snapshot, root => Updates(root).Select(ToAdvisory).OfType<Advisory>())) yield return record;
        }
    }

    private static IEnumerable<JsonElement> Updates(JsonElement? root) =>
        root is { ValueKind: JsonValueKind.Array } ? root.Items() : root.Member("updates") is { } page ? ((JsonElement?)page).Items() : root is { } one ? [one] : [];

    private static Advisory? ToAdvisory(JsonElement element)
    {
        JsonElement? update = element;
        if (update.Text("type") is not "security" || update.Text("status") is not "stable") return null;
        var id = update.Text("alias") ?? update.Text("updateid") ?? throw new InvalidDataException("an update has no alias");
        if (Ecosystem(update.Member("release")) is not { } release) return null;
        var builds = update.Member("builds").Items().Select(b => (JsonElement?)b).Where(b => b.Text("type") is "rpm").Select(b => (Nvr: b.Text("nvr"), Epoch: b.Number("epoch"))).ToList();
        var texts = update.Member("bugs").Items().Select(bug => ((JsonElement?)bug).Text("title")).Append(update.Text("notes")).Append(update.Text("title"));
        return new()
        {
            Id = id,
            Upstream = [.. texts.SelectMany(CveText.All).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            Title = update.Text("title"),
            Details = update.Text("notes"),
            Url = update.Text("url"),
            Published = FeedDates.Day(update.Text("date_stable")) ?? FeedDates.Day(update.Text("date_submitted")),
            Modified = FeedDates.Day(update.Text("date_modified")),
            Severities = Word(update.Text("severity")) is { } word ? [new("fedora", "word", word)] : [],
            Affected =
            [
                .. builds.Select(b => b.Nvr is { } nvr && RpmText.Split(nvr) is { } split ? (Affected?)new() { Ecosystem = release, Name = split.Name, Ranges = [VersionRange.Before(b.Epoch > 0 ? $"{b.Epoch}:{split.Version}" : split.Version)] } : null).OfType<Affected>(),
            ],
        };
    }

    /// <summary>Of Fedora's own releases and of EPEL: <c>F40</c>, <c>EPEL-9</c>; the others are of containers (<c>F40C</c>), modules and flatpaks.</summary>
    private static string? Ecosystem(JsonElement? release) => (release.Text("id_prefix"), release.Text("version")) switch
    {
        ("FEDORA", { Length: > 0 } version) => $"Fedora:{version}",
        ("FEDORA-EPEL", { Length: > 0 } version) => $"Fedora EPEL:{version}",
        _ => null,
    };

    /// <summary>Bodhi's <c>urgent</c> is the worst of its four words; <c>unspecified</c> rates nothing.</summary>
    private static string? Word(string? severity) => severity switch { "urgent" => "critical", null or "" or "unspecified" => null, _ => severity };
}
