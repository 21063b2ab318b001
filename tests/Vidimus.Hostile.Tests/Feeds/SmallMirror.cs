using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vidimus.Testing;

namespace Vidimus.Hostile.Tests.Feeds;

/// <summary>A mirror with a few real records of each feed, taken from the shared ones.</summary>
public sealed class SmallMirror : IDisposable
{
    private const int OfEach = 12;

    private static readonly string[] Ecosystems = ["npm", "PyPI", "Maven", "Debian", "Alpine", "Rocky Linux", "Go"];

    private readonly TemporaryFolder folder = Places.Temporary();

    public SmallMirror()
    {
        foreach (var ecosystem in Ecosystems)
        {
            foreach (var (name, bytes) in Some($"osv/{ecosystem}/all.zip", ".json", OfEach)) Records[(ecosystem, name)] = bytes;
        }

        foreach (var (name, bytes) in Some("alpine-secdb/secdb.zip", "main.json", 2)) Keep($"alpine-secdb/{name}", bytes);
        foreach (var (name, bytes) in Some("cve5/vulnrichment-subset.zip", ".json", OfEach)) Keep($"cve5/{name}", bytes);
        foreach (var (name, bytes) in Some("eol/release-data.zip", "an.json", 3)) Keep($"eol/{name}", bytes);
        var tracker = JsonNode.Parse(Some("debian/derived-from-changelogs.zip", "json", 1).Single().Bytes)!.AsObject();
        Keep("debian/data/json", JsonSerializer.SerializeToUtf8Bytes(new JsonObject(tracker.Take(OfEach).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())))));
        var exploited = JsonNode.Parse(File.ReadAllBytes(Places.Shared("advisories/kev/known_exploited_vulnerabilities.json")))!;
        Keep("kev/known_exploited_vulnerabilities.json", JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["vulnerabilities"] = new JsonArray([.. exploited["vulnerabilities"]!.AsArray().Take(OfEach).Select(v => v!.DeepClone())]) }));
        Keep("epss/epss_scores-current.csv.gz", Gzip("#model_version:v2025.03.14,score_date:2025-02-20T00:00:00Z\ncve,epss,percentile\nCVE-2021-44228,0.94358,0.99957\nCVE-1999-0001,0.00383,0.73075\n"));
        foreach (var ecosystem in Ecosystems) Keep($"osv/{ecosystem}/all.zip", Zip(ecosystem, null, []));
    }

    /// <summary>The mirror's files by their paths.</summary>
    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>The records within OSV's archives, by ecosystem and name.</summary>
    public Dictionary<(string Ecosystem, string Name), byte[]> Records { get; } = [];

    /// <summary>OSV's archive of an ecosystem with one record replaced.</summary>
    public byte[] Zip(string ecosystem, string? replaced, byte[] by)
    {
        var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var ((_, name), record) in Records.Where(r => r.Key.Ecosystem == ecosystem))
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(name == replaced ? by : record);
            }
        }

        return bytes.ToArray();
    }

    /// <summary>Writes the mirror into a new folder, with one file replaced.</summary>
    public string Write(string name, string? replaced = null, byte[]? by = null)
    {
        var root = folder[name];
        foreach (var (path, bytes) in Files)
        {
            var full = Path.Combine(root, path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllBytes(full, path == replaced ? by! : bytes);
        }

        return root;
    }

    public void Dispose() => folder.Dispose();

    private void Keep(string path, byte[] bytes) => Files[path] = bytes;

    private static IEnumerable<(string Name, byte[] Bytes)> Some(string archive, string ending, int count)
    {
        using var zip = ZipFile.OpenRead(Places.Shared($"advisories/{archive}"));
        var entries = zip.Entries.Where(e => e.FullName.EndsWith(ending, StringComparison.Ordinal) && e.Length < 200_000 || count == 1).ToArray();
        foreach (var entry in entries.Where((_, i) => i % Math.Max(1, entries.Length / count) == 0).Take(count))
        {
            using var stream = entry.Open();
            var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            yield return (entry.FullName, bytes.ToArray());
        }
    }

    private static byte[] Gzip(string text)
    {
        var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Optimal)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return bytes.ToArray();
    }
}
