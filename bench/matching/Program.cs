using System.Diagnostics;
using Vidimus.Advisories;
using Vidimus.Advisories.Fetch;
using Vidimus.Ecosystems;
using Vidimus.Model.Advisories;

// Usage: matching compile FEEDS BOOK | open BOOK | match BOOK
// compile and open are processes of their own, so that their CPU time and peak memory are theirs alone.
switch (args)
{
    case ["compile", var feeds, var book]:
        await Compile(feeds, book);
        return 0;
    case ["open", var book]:
        Open(book);
        return 0;
    default:
        Console.Error.WriteLine("usage: compile FEEDS BOOK | open BOOK | match BOOK");
        return 2;
}

static async Task Compile(string feeds, string path)
{
    var clock = Stopwatch.StartNew();
    var mirror = new FolderMirror(feeds);
    using (var writer = new BookWriter(EcosystemList.Keys))
    {
        foreach (var feed in (IEnumerable<IFeed>)[.. FeedList.CrossEcosystem(EcosystemList.Keys), .. EcosystemList.Feeds])
        {
            int records = 0, rejected = 0;
            var parts = await mirror.PartsAsync(feed, default);
            foreach (var part in parts.Count == 0 ? [""] : parts)
            {
                if (await mirror.SnapshotAsync(feed, part, default) is not { } snapshot) continue;
                foreach (var record in feed.Read(snapshot, default))
                {
                    writer.Add(feed.Name, record);
                    records++;
                }

                rejected += snapshot.RejectedCount;
            }

            writer.AddSource(new(feed.Name, null, records, rejected, feed.Terms));
            Console.WriteLine($"{feed.Name}: {records} records, {rejected} rejected, at {clock.Elapsed.TotalSeconds:F2} s");
        }

        File.Delete(path);
        writer.Write(path, DateTimeOffset.UnixEpoch);
    }

    using var self = Process.GetCurrentProcess();
    Console.WriteLine($"compile: {clock.Elapsed.TotalSeconds:F2} s wall, {self.TotalProcessorTime.TotalSeconds:F2} s CPU, peak {self.PeakWorkingSet64 >> 20} MiB, book {new FileInfo(path).Length >> 10} KiB");
}

static void Open(string path)
{
    var first = Stopwatch.StartNew();
    using (Book.Open(path)) first.Stop();

    var again = Stopwatch.StartNew();
    using (Book.Open(path)) again.Stop();
    Console.WriteLine($"open: {first.Elapsed.TotalMilliseconds:F2} ms the first time in a process, {again.Elapsed.TotalMilliseconds:F2} ms after it");
}
