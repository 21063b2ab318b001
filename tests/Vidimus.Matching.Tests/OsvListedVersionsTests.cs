using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Vidimus.Advisories;
using Vidimus.Ecosystems;
using Vidimus.Model.Advisories;
using Vidimus.Model.Matching;
using Vidimus.Testing;

namespace Vidimus.Matching.Tests;

/// <summary>OSV's entries list the affected versions beside the ranges; the publishers made the one from the other by their own tools. Each listed version is looked up by the ranges alone.</summary>
public sealed class OsvListedVersionsTests
{
    private const string Results = "bench/results/osv-versions.md";

    /// <summary>Why, of each entry, read from the entry itself; one that is not here fails the test.</summary>
    private static readonly Dictionary<string, string> Explained = new(StringComparer.Ordinal)
    {
        ["Maven GHSA-f4qf-m5gf-8jm8 org.apache.tomcat:tomcat-coyote"] = "the range begins at 9.0.0-M11 and the list has the milestones before it too",
        ["Maven GHSA-qmgj-5h75-jr67 org.mortbay.jetty:jetty"] = "the range ends with 6.0.beta16, and in Maven's order the later betas and candidates, which the list has, are above it",
        ["PyPI PYSEC-2021-114 wagtail"] = "three ranges stand in one list of events, from 0 and from 2.11 to ends of their own; walked as one, the first end ends both",
        ["PyPI PYSEC-2023-61 django"] = "the ranges begin at 3.2, 4.0 and 4.2, and the list has their alphas, betas and candidates, which PEP 440 orders before them",
        ["PyPI PYSEC-2024-258 scrapy"] = "one range ends and the next begins at 2.0.0 in one list of events; OSV's rule takes the end last, so that nothing begins",
    };

    /// <summary>What <see cref="Results"/> says is what is found. <c>VIDIMUS_DOCS=write</c> writes it.</summary>
    [Fact]
    [Trait("Long", "true")]
    public void RangesGiveTheListedVersionsButForThoseExplained()
    {
        var (entries, book) = Read();
        var hits = new List<BookHit>();
        var counts = new SortedDictionary<string, (int Entries, int Versions, int Held, int Unordered, int Outside)>(StringComparer.Ordinal);
        var outside = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            var ecosystem = EcosystemList.Keys.OfAdvisory(entry.Key.Ecosystem)!;
            var key = book.FindKey(book.EcosystemNumber(entry.Key.Ecosystem), entry.Key.Name);
            var records = new BookKey(book, key).Affected.Where(r => r.Advisory.Id == entry.Id).ToList();
            var readable = records.All(r => r.Ranges.All(range => range.Readable));
            var (held, unordered, missed) = (0, 0, new List<string>());
            foreach (var listed in entry.Versions)
            {
                hits.Clear();
                var version = ecosystem.NormalizeVersion(listed);
                if (version is null || !readable || !ecosystem.Versions.IsValid(version))
                {
                    unordered++;
                    continue;
                }

                book.AddHits(key, version, ecosystem.Versions, hits);
                if (hits.Exists(h => records.Exists(r => r.Number == h.Affected))) held++;
                else missed.Add(listed);
            }

            var family = entry.Key.Ecosystem.Split(':')[0];
            var sum = counts.GetValueOrDefault(family);
            counts[family] = (sum.Entries + 1, sum.Versions + entry.Versions.Count, sum.Held + held, sum.Unordered + unordered, sum.Outside + missed.Count);
            if (missed.Count > 0) outside[$"{family} {entry.Id} {entry.Key.Name}"] = [.. missed, RangeOf(records)];
        }

        var text = new StringBuilder("# OSV's listed versions against its ranges\n\nMade by `OsvListedVersionsTests`: each version that an entry lists is looked up in a book of the entries' ranges alone, the lists left out. A version that the order of its ecosystem refuses, and a range that names one, can't be judged by order: the book holds such versions by their text.\n\n"
            + "| ecosystem | entries | listed versions | in the ranges | refused by the order | outside of the ranges |\n|---|--:|--:|--:|--:|--:|\n");
        foreach (var (family, c) in counts) text.Append(CultureInfo.InvariantCulture, $"| {family} | {c.Entries} | {c.Versions} | {c.Held} | {c.Unordered} | {c.Outside} |\n");
        text.Append(CultureInfo.InvariantCulture, $"| all | {counts.Values.Sum(c => c.Entries)} | {counts.Values.Sum(c => c.Versions)} | {counts.Values.Sum(c => c.Held)} | {counts.Values.Sum(c => c.Unordered)} | {counts.Values.Sum(c => c.Outside)} |\n");
        text.Append("\n## Each entry with versions outside of its ranges\n\nThe list and the ranges of these entries contradict each other in the publisher's own order; Vidimus takes a version to be affected when either says so, as OSV's rule has it.\n\n");
        foreach (var (name, versions) in outside) text.Append(CultureInfo.InvariantCulture, $"* {name}, ranges `{versions[^1]}`: {versions.Count - 1} listed outside: {string.Join(", ", versions.Take(Math.Min(4, versions.Count - 1)))}{(versions.Count > 5 ? ", …" : "")}. Why: {Explained[name]}.\n");

        var file = Path.Combine(Places.Repository, Results);
        if (Environment.GetEnvironmentVariable("VIDIMUS_DOCS") is "write") File.WriteAllText(file, text.ToString());
        Assert.True(counts.Values.Sum(c => c.Versions) > 500_000, "too few versions to say anything");
        Assert.Equal(File.ReadAllText(file), text.ToString());
    }

    private static string RangeOf(List<BookAffected> records) => string.Join(" || ", records.SelectMany(r => r.Ranges).Select(RangeText.Of).Distinct().Take(4));

    private static (List<(string Id, MatchKey Key, List<string> Versions)> Entries, Book Book) Read()
    {
        var entries = new List<(string, MatchKey, List<string>)>();
        var records = new List<(string, FeedRecord)>();
        foreach (var path in Directory.EnumerateFiles(Places.Shared("advisories/osv"), "all.zip", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            using var zip = ZipFile.OpenRead(path);
            foreach (var file in zip.Entries.Where(e => e.Name.EndsWith(".json", StringComparison.Ordinal)).OrderBy(e => e.FullName, StringComparer.Ordinal))
            {
                using var document = JsonDocument.Parse(file.Open());
                if (Entry(document.RootElement, entries) is { } advisory) records.Add(("osv", advisory));
            }
        }

        return ([.. entries.DistinctBy(e => (e.Item1, e.Item2))], MadeBook.Of([.. records]));
    }

    private static Advisory? Entry(JsonElement root, List<(string, MatchKey, List<string>)> entries)
    {
        if (root.TryGetProperty("withdrawn", out _) || !root.TryGetProperty("affected", out var all) || all.ValueKind != JsonValueKind.Array) return null;
        var id = root.GetProperty("id").GetString()!;
        var affected = new List<Affected>();
        foreach (var one in all.EnumerateArray().Where(a => a.TryGetProperty("package", out _)))
        {
            var package = one.GetProperty("package");
            if (!package.TryGetProperty("ecosystem", out var ecosystem) || ecosystem.GetString() is not { Length: > 0 } name || EcosystemList.Keys.OfAdvisory(name) is null) continue;
            var ranges = Ranges(one);
            if (ranges.Count == 0) continue;
            affected.Add(new() { Ecosystem = name, Name = package.GetProperty("name").GetString()!, Ranges = ranges });
            if (one.TryGetProperty("versions", out var versions) && versions.ValueKind == JsonValueKind.Array && versions.GetArrayLength() > 0)
                entries.Add((id, EcosystemList.Keys.Of(name, package.GetProperty("name").GetString()!), [.. versions.EnumerateArray().Select(v => v.GetString()!)]));
        }

        return affected.Count == 0 ? null : new() { Id = id, Affected = affected };
    }

    private static List<VersionRange> Ranges(JsonElement affected)
    {
        if (!affected.TryGetProperty("ranges", out var all) || all.ValueKind != JsonValueKind.Array) return [];
        return
        [
            .. all.EnumerateArray().Where(r => r.GetProperty("type").GetString() is "SEMVER" or "ECOSYSTEM")
                .Select(r => new VersionRange([.. r.GetProperty("events").EnumerateArray().SelectMany(e => e.EnumerateObject()).Select(e => new RangeEvent(Kind(e.Name), e.Value.GetString()!))])),
        ];
    }

    private static RangeEventKind Kind(string name) => name switch
    {
        "introduced" => RangeEventKind.Introduced,
        "fixed" => RangeEventKind.Fixed,
        "last_affected" => RangeEventKind.LastAffected,
        "limit" => RangeEventKind.Limit,
        _ => throw new InvalidDataException($"OSV has no event '{name}'"),
    };
}
