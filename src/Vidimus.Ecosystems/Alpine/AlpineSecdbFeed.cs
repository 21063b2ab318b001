using Vidimus.Ecosystems.Apk;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.Alpine;

/// <summary>Alpine's security database: which version of a source package fixed what, a folder a release, a file a repository.</summary>
/// <remarks>See <c>Secdb</c>.</remarks>
public sealed class AlpineSecdbFeed : IFeed
{
    public string Name => "alpine-secdb";

    public string Title => "Alpine security database";

    public Uri PublicAddress { get; } = new("https://secdb.alpinelinux.org/");

    public string Terms => "none stated (facts from the package recipes)";

    public IReadOnlyList<string> Parts { get; } = [.. Enumerable.Range(10, 15).Select(minor => $"v3.{minor}"), "edge"];

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [.. (parts ?? Parts).SelectMany(release => new FeedFile[] { new($"{release}/community.json"), new($"{release}/main.json") })];

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel)
    {
        foreach (var entry in snapshot.Entries(".json", cancel))
        {
            if (entry.Name.LastIndexOf('/') is not (> 0 and var slash)) continue;

            var ecosystem = $"Alpine:{Path.GetFileName(entry.Name[..slash])}";
            foreach (var advisory in Secdb.Read(entry, ecosystem, id => $"https://security.alpinelinux.org/vuln/{Uri.EscapeDataString(id)}", snapshot)) yield return advisory;
        }
    }
}
