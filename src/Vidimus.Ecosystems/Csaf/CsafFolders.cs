using System.Text;
using System.Text.Json;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.Csaf;

/// <summary>A publisher's CSAF documents in folders that each have an <c>index.txt</c>: a document's path a line (CSAF 2.0, section 7.1.12).</summary>
internal static class CsafFolders
{
    public static IReadOnlyList<FeedFile> Indexes(params IEnumerable<string> folders) => [.. folders.Select(folder => new FeedFile($"{folder}/index.txt", Index: folder))];

    public static IEnumerable<FeedFile> Listed(FeedFile index, ReadOnlyMemory<byte> body) =>
        Encoding.UTF8.GetString(body.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(path => path.EndsWith(".json", StringComparison.Ordinal)).Select(path => new FeedFile($"{index.Index}/{path}"));

    public static IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, Func<JsonElement?, IEnumerable<Advisory>> document, CancellationToken cancel)
    {
        foreach (var entry in FeedPack.Documents(snapshot, ".json", cancel))
        {
            foreach (var record in FeedPack.Json(entry, snapshot, document)) yield return record;
        }
    }
}
