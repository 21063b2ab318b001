using Vidimus.Model.Advisories;
using Vidimus.Model.Matching;

namespace Vidimus.Advisories.Osv;

/// <summary>The export of OSV.dev: one document an advisory, a folder an ecosystem.</summary>
/// <remarks>Format: the OSV schema. An advisory of several ecosystems stands in each one's folder; each gives its own ecosystem's packages.</remarks>
/// <param name="keys">Tells which versions an ecosystem's order can judge: those in <c>versions</c> that it can't are kept by name.</param>
public sealed class OsvFeed(MatchKeys keys) : IFeed
{
    public string Name => "osv";

    public string Title => "OSV.dev";

    public Uri PublicAddress { get; } = new("https://osv-vulnerabilities.storage.googleapis.com/");

    public string Terms => "by source: CC-BY-4.0 (GHSA, PyPA, Go, OSS-Fuzz, Julia), CC0-1.0 (RustSec), CC-BY-SA-4.0 (Ubuntu), MIT (AlmaLinux), Apache-2.0 (Bitnami, malicious packages) and others";

    public string? PartsFile => "ecosystems.txt";

    /// <inheritdoc/>
    /// <remarks>Without the list of <see cref="PartsFile"/> everything means: what this program can match.</remarks>
    public IReadOnlyList<string> Parts { get; } =
    [
        .. keys.Ecosystems.Select(e => e.AdvisoryEcosystem).OfType<string>()
            .Concat(keys.Distributions.SelectMany(d => d.Feeds).Where(f => f.StartsWith("osv/", StringComparison.Ordinal)).Select(f => f["osv/".Length..]))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [.. (parts ?? Parts).Select(part => new FeedFile($"{part}/all.zip", $"{part}/modified_id.csv"))];

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel)
    {
        var reader = new OsvReader(keys, snapshot.Part);
        foreach (var entry in snapshot.Entries(".json", cancel))
        {
            Advisory? advisory = null;
            try
            {
                advisory = reader.Read(FeedJson.WithoutMark(entry.Body).Span);
            }
            catch (Exception e) when (FeedJson.IsBadRecord(e))
            {
                snapshot.Reject(entry.Name, e.Message);
            }

            if (advisory is not null) yield return advisory;
        }
    }
}
