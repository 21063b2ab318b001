using System.Text.Json;
using Vidimus.Advisories.Osv;
using Vidimus.Model.Advisories;
using Vidimus.Model.Matching;

namespace Vidimus.Advisories.Private;

/// <summary>Advisories of the user's own: a folder of OSV or CSAF documents, named on the command line or lying in a mirror as <c>private/</c>.</summary>
/// <remarks>There is no public address: nobody is asked for it. An own advisory ranks with the vendor's own word.</remarks>
/// <param name="csaf">Reads a CSAF document, which ecosystems' package URLs give their meaning.</param>
public sealed class PrivateFeed(MatchKeys keys, Func<JsonElement, IEnumerable<Advisory>> csaf) : IFeed
{
    /// <summary>The feed's name.</summary>
    public const string Folder = "private";

    public string Name => Folder;

    public string Title => "private advisories";

    /// <inheritdoc/>
    /// <remarks>Nothing answers there.</remarks>
    public Uri PublicAddress { get; } = new("https://private.invalid/");

    public string Terms => "the user's own";

    public bool IsRedistributable => false;

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [new("")];

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel)
    {
        var osv = new OsvReader(keys, "");
        foreach (var entry in snapshot.Entries(".json", cancel))
        {
            IReadOnlyList<Advisory> advisories = [];
            try
            {
                var body = FeedJson.WithoutMark(entry.Body);
                using var document = JsonDocument.Parse(body);
                var isCsaf = document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("document", out _);
                advisories = isCsaf ? [.. csaf(document.RootElement)] : osv.Read(body.Span) is { } one ? [one] : [];
            }
            catch (Exception e) when (FeedJson.IsBadRecord(e))
            {
                snapshot.Reject(entry.Name, e.Message);
            }

            foreach (var advisory in advisories) yield return advisory;
        }
    }
}
