using Vidimus.Advisories;
using Vidimus.Advisories.Fetch;
using Vidimus.Ecosystems;
using Vidimus.Model.Advisories;
using Vidimus.Testing;

namespace Vidimus.Matching.Tests;

/// <summary>All records of the shared feeds, and the book of them, made once for this run.</summary>
public static class SharedAdvisories
{
    private static readonly Lazy<(IReadOnlyList<(string Source, FeedRecord Record)> Records, Book Book)> Made = new(Make);

    public static IReadOnlyList<(string Source, FeedRecord Record)> Records => Get().Records;

    public static Book Book => Get().Book;

    private static (IReadOnlyList<(string Source, FeedRecord Record)> Records, Book Book) Get()
    {
        Places.Shared("advisories"); // skips, outside of the lazy value, when it is absent
        return Made.Value;
    }

    private static (IReadOnlyList<(string, FeedRecord)>, Book) Make()
    {
        var mirror = new FolderMirror(Places.Shared("advisories"));
        var records = new List<(string, FeedRecord)>();
        using var writer = new BookWriter(EcosystemList.Keys);
        foreach (var feed in (IEnumerable<IFeed>)[.. FeedList.CrossEcosystem(EcosystemList.Keys), .. EcosystemList.Feeds])
        {
            var parts = mirror.PartsAsync(feed, default).GetAwaiter().GetResult();
            foreach (var part in parts.Count == 0 ? [""] : parts)
            {
                if (mirror.SnapshotAsync(feed, part, default).GetAwaiter().GetResult() is not { } snapshot) continue;
                foreach (var record in feed.Read(snapshot, default))
                {
                    writer.Add(feed.Name, record);
                    if (record is not ExploitScore) records.Add((feed.Name, record));
                }
            }
        }

        using var folder = Places.Temporary();
        writer.Write(folder["book"], DateTimeOffset.UnixEpoch);
        return (records, Book.Open(folder["book"])); // the mapping outlives the file's name
    }
}
