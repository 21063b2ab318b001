using System.Text.Json;
using Vidimus.Model.Advisories;

namespace Vidimus.Advisories.Nvd;

/// <summary>Corrections of the products that NVD names, by Anchore: a document a CVE in the form of NVD's API.</summary>
/// <remarks>
/// Filed under <c>CPE</c> by part, vendor and product (<c>a:libpng:libpng</c>): kept and searchable, judged by no scan, since a CPE names neither a package nor an order of versions. Products that only have to be
/// there for another's vulnerability (<c>vulnerable: false</c>) and negated conditions are left out.
/// </remarks>
public sealed class NvdOverridesFeed : IFeed
{
    public string Name => "nvd-overrides";

    public string Title => "NVD data overrides";

    public Uri PublicAddress { get; } = new("https://github.com/anchore/nvd-data-overrides/archive/refs/heads/main.zip");

    public string Terms => "CC0-1.0 (Anchore)";

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [new("data/")];

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel)
    {
        foreach (var entry in snapshot.Entries(".json", cancel))
        {
            Advisory? advisory = null;
            try
            {
                using var document = JsonDocument.Parse(FeedJson.WithoutMark(entry.Body));
                advisory = Read(document.RootElement);
            }
            catch (Exception e) when (FeedJson.IsBadRecord(e))
            {
                snapshot.Reject(entry.Name, e.Message);
            }

            if (advisory is not null) yield return advisory;
        }
    }

    /// <summary>Null for a document that corrects something else than products.</summary>
    private static Advisory? Read(JsonElement root)
    {
        if (!root.TryGetProperty("_annotation", out var note) || NvdReader.Text(note, "cve_id") is not { } id) throw new JsonException("it names no CVE");
        if (!root.TryGetProperty("cve", out var cve)) throw new JsonException("it has no cve");
        var matches = NvdReader.Items(cve, "configurations").Where(c => !IsTrue(c, "negate")).SelectMany(c => NvdReader.Items(c, "nodes")).Where(n => !IsTrue(n, "negate"))
            .SelectMany(n => NvdReader.Items(n, "cpeMatch")).Where(m => IsTrue(m, "vulnerable")).Select(Match).OfType<(string Product, VersionRange? Range, string? Version)>().ToList();
        if (matches.Count == 0) return null;
        return new()
        {
            Id = id,
            Url = $"https://nvd.nist.gov/vuln/detail/{id}",
            Published = FeedTime(NvdReader.Text(note, "published")),
            Modified = FeedTime(NvdReader.Text(note, "modified")),
            Affected =
            [
                .. matches.GroupBy(m => m.Product, StringComparer.Ordinal).Select(g => new Affected
                {
                    Ecosystem = "CPE",
                    Name = g.Key,
                    Ranges = [.. g.Select(m => m.Range).OfType<VersionRange>()],
                    Versions = [.. g.Select(m => m.Version).OfType<string>().Distinct(StringComparer.Ordinal)],
                }),
            ],
        };
    }

    private static bool IsTrue(JsonElement element, string name) => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static DateTimeOffset? FeedTime(string? text) => DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var time) ? time.ToUniversalTime() : null;

    private static (string, VersionRange?, string?)? Match(JsonElement match)
    {
        if (NvdReader.Text(match, "criteria") is not { } criteria || Split(criteria) is not [_, _, var part, var vendor, var product, var version, var update, ..]) return null;
        var name = $"{part}:{vendor}:{product}";
        if (version is not ("*" or "-")) return (name, null, update is "*" or "-" ? version : $"{version}-{update}");
        var events = new List<RangeEvent>
        {
            NvdReader.Text(match, "versionStartIncluding") is { } from ? new(RangeEventKind.Introduced, from)
            : NvdReader.Text(match, "versionStartExcluding") is { } after ? new(RangeEventKind.IntroducedAfter, after)
            : new(RangeEventKind.Introduced, "0"),
        };
        if (NvdReader.Text(match, "versionEndExcluding") is { } end) events.Add(new(RangeEventKind.Fixed, end));
        else if (NvdReader.Text(match, "versionEndIncluding") is { } last) events.Add(new(RangeEventKind.LastAffected, last));
        return (name, new(events), null);
    }

    /// <summary>The parts of a CPE 2.3 name, at the colons that no backslash precedes; what it precedes stands for itself.</summary>
    private static List<string> Split(string text)
    {
        var parts = new List<string>();
        var part = new System.Text.StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length) part.Append(text[++i]);
            else if (text[i] != ':') part.Append(text[i]);
            else
            {
                parts.Add(part.ToString());
                part.Clear();
            }
        }

        parts.Add(part.ToString());
        return parts;
    }
}
