using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.Rpm;

/// <summary>The notices of an rpm repository, <c>updateinfo.xml</c>: those of security, with the packages that each brought.</summary>
/// <remarks>
/// Format: createrepo_c and libsolv's reader. A notice stands in the repository of each architecture, with that one's packages: records under one id add up. So none carries the time of its change, by
/// which the book would keep the newest alone.
/// </remarks>
internal static class UpdateInfo
{
    private static readonly string[] Suffixes = [".xml", ".xml.gz", ".xml.bz2", ".xml.zst"];

    /// <param name="source">Whose severity it is.</param>
    /// <param name="ecosystemOf">Where a collection's packages are filed; null for those that are left out.</param>
    /// <param name="bySource">Whether the source package is named and not the binary one.</param>
    public static IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, string source, Func<XmlElement, XmlElement, UpdateCollection?> ecosystemOf, bool bySource, CancellationToken cancel)
    {
        foreach (var entry in snapshot.Entries("", cancel).Where(e => e.Name.Contains("updateinfo", StringComparison.Ordinal)))
        {
            if (!Array.Exists(Suffixes, suffix => entry.Name.EndsWith(suffix, StringComparison.Ordinal)))
            {
                snapshot.Reject(entry.Name, "its compression is not one that is read (gzip, bzip2, zstd)");
                continue;
            }

            if (Unpack(entry, snapshot) is not { } body) continue;
            foreach (var update in FeedXml.Elements(entry.Name, body, snapshot, cancel, "update"))
            {
                if (update["type"] is not "security") continue;
                if (update.TextOf("id") is { } id) yield return ToAdvisory(id, update, source, ecosystemOf, bySource);
                else snapshot.Reject($"{entry.Name}: {update.TextOf("title")}", "it has no id");
            }
        }
    }

    private static ReadOnlyMemory<byte>? Unpack(FeedEntry entry, FeedSnapshot snapshot)
    {
        try
        {
            return FeedPack.Unpack(entry.Body);
        }
        catch (InvalidDataException e)
        {
            snapshot.Reject(entry.Name, e.Message);
            return null;
        }
    }

    private static Advisory ToAdvisory(string id, XmlElement update, string source, Func<XmlElement, XmlElement, UpdateCollection?> ecosystemOf, bool bySource)
    {
        var references = update.All("references", "reference").ToList();
        var cves = references.Where(r => r["type"] is "cve").Select(r => r["id"]).Concat(references.Select(r => r["title"])).SelectMany(CveText.All).Distinct(StringComparer.Ordinal).ToList();
        if (cves.Count == 0) cves = [.. CveText.All(update.TextOf("description")).Distinct(StringComparer.Ordinal)];
        return new()
        {
            Id = id,
            Upstream = cves,
            Title = update.TextOf("title"),
            Details = update.TextOf("description"),
            Url = references.Find(r => r["type"] is "self")?["href"],
            Published = FeedDates.Day(update.Child("issued")?["date"]),
            Severities = update.TextOf("severity") is { } word && word is not "None" ? [new(source, "word", word)] : [],
            Affected = [.. update.All("pkglist", "collection").SelectMany(collection => Packages(collection, ecosystemOf(update, collection), bySource))],
        };
    }

    private static IEnumerable<Affected> Packages(XmlElement collection, UpdateCollection? filed, bool bySource)
    {
        if (filed is null) return [];
        var module = collection.Child("module") is { } m && m["name"] is { } name && m["stream"] is { } stream ? $"{name}:{stream}" : null;
        return collection.All("package").Select(p => Package(p, bySource)).OfType<(string Name, string Version, string Architecture)>()
            .GroupBy(p => (p.Name, p.Version))
            .Select(g => new Affected
            {
                Ecosystem = filed.Ecosystem,
                Name = g.Key.Name,
                Ranges = [VersionRange.Between(filed.From, g.Key.Version)],
                Module = module,
                Architectures = bySource || g.Any(p => p.Architecture is "noarch") ? [] : [.. g.Select(p => p.Architecture).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            });
    }

    private static (string Name, string Version, string Architecture)? Package(XmlElement package, bool bySource)
    {
        if (package["name"] is not { Length: > 0 } name || package["version"] is not { Length: > 0 } version || package["release"] is not { Length: > 0 } release) return null;
        var full = RpmText.Version(package["epoch"], version, release);
        var architecture = package["arch"] ?? "noarch";
        if (!bySource) return architecture is "src" ? null : (name, full, architecture);
        return RpmText.SourceName(package["src"]) is { } source ? (source, full, architecture) : null;
    }
}

/// <summary>Where the packages of a notice are filed.</summary>
/// <param name="From">The first version that the notice is about: of a repository that holds one of several lines of a package, where its line begins.</param>
internal sealed record UpdateCollection(string Ecosystem, string From = "0");
