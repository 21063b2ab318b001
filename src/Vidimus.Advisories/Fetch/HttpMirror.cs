using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Vidimus.Model.Advisories;

namespace Vidimus.Advisories.Fetch;

/// <summary>The public addresses, or a mirror of them by HTTP. What was fetched is kept in a folder, and only what changed is fetched again.</summary>
/// <param name="mirror">The mirror's address; null for each feed's own.</param>
/// <param name="folder">Where files are kept, a folder a feed.</param>
public sealed partial class HttpMirror(Uri? mirror, string folder, TimeProvider time) : IMirror, IDisposable
{
    /// <summary>More changed records than this, or than a tenth of all, and the whole archive is fetched instead.</summary>
    private const int MostIncrements = 500;

    private const long ListBytes = 256 << 20;
    private const long PageBytes = 16 << 20;
    private const int Connections = 8;

    private readonly Fetcher fetcher = new(time);
    private readonly Dictionary<string, IReadOnlyList<string>> zips = new(StringComparer.Ordinal);

    public void Dispose() => fetcher.Dispose();

    public async Task<IReadOnlyList<string>> PartsAsync(IFeed feed, CancellationToken cancel)
    {
        if (feed.PartsFile is null || IsArchive(feed)) return feed.Parts;

        var path = Local(feed, feed.PartsFile);
        // Which of the parts can't be had is told by each of them; the list saved before serves to ask for them.
        var isThere = await IsThereAsync(Remote(feed, feed.PartsFile), path, PageBytes, new(), cancel);
        return isThere ? PartList.Read(await File.ReadAllTextAsync(path, cancel)) : feed.Parts;
    }

    public async Task<SavedSnapshot?> SnapshotAsync(IFeed feed, string part, CancellationToken cancel)
    {
        if (part.Length > 0 && !FeedBounds.IsSafeName(part)) return null;

        var snapshot = new Gathered();
        foreach (var wanted in feed.Files(part.Length == 0 ? null : [part]))
        {
            if (IsArchive(feed)) await AddArchiveAsync(feed, wanted, snapshot, cancel);
            else if (wanted.Path.Length == 0 || wanted.Path.EndsWith('/')) await AddZipsAsync(feed, wanted, snapshot, cancel);
            else if (wanted.Increments is not null) await AddWithIncrementsAsync(feed, wanted, snapshot, cancel);
            else if (wanted.Index is not null) await AddIndexedAsync(feed, wanted, snapshot, 0, cancel);
            else if (await IsThereAsync(Remote(feed, wanted.Path), Local(feed, wanted.Path), FeedBounds.FileBytes, snapshot, cancel)) snapshot.Files.Add(new(wanted.Path, Local(feed, wanted.Path)));
            else await AddZipsAsync(feed, wanted, snapshot, cancel);
        }

        return snapshot.Files.Count == 0 ? null : new(part, snapshot.Files) { Stale = snapshot.Stale };
    }

    /// <summary>Fetches an index and what it names, several at once. What it names and the server lacks is passed over, as the index may be older or newer than the files.</summary>
    private async Task AddIndexedAsync(IFeed feed, FeedFile index, Gathered snapshot, int depth, CancellationToken cancel)
    {
        if (!await IsThereAsync(Remote(feed, index.Path), Local(feed, index.Path), FeedIndexes.Bytes, snapshot, cancel))
        {
            if (depth == 0) await AddZipsAsync(feed, new(""), snapshot, cancel);
            return;
        }

        var named = FeedIndexes.Follow(feed, index, Local(feed, index.Path)).DistinctBy(file => file.Path).ToArray();
        var found = new SavedFile?[named.Length];
        await Parallel.ForEachAsync(Enumerable.Range(0, named.Length).Where(i => named[i].Index is null), new ParallelOptions { MaxDegreeOfParallelism = Connections, CancellationToken = cancel }, async (i, stop) =>
        {
            var own = new Gathered();
            if (await IsThereAsync(Remote(feed, named[i].Path), Local(feed, named[i].Path), FeedBounds.FileBytes, own, stop)) found[i] = new(named[i].Path, Local(feed, named[i].Path));
            if (own.Stale is { } stale) lock (found) snapshot.Stale ??= stale;
        });
        snapshot.Files.AddRange(found.OfType<SavedFile>());
        foreach (var next in depth + 1 < FeedIndexes.Depth ? named.Where(file => file.Index is not null) : []) await AddIndexedAsync(feed, next, snapshot, depth + 1, cancel);
    }

    /// <summary>Whether there is a file, new or, when the server can't be had, saved before.</summary>
    private async Task<bool> IsThereAsync(Uri address, string path, long maxBytes, Gathered snapshot, CancellationToken cancel)
    {
        try
        {
            return await fetcher.FetchAsync(address, path, maxBytes, cancel) != Fetched.Absent;
        }
        catch (FetchException e) when (File.Exists(path))
        {
            snapshot.Stale ??= e.Message;
            return true;
        }
    }

    /// <summary>Whether the feed's own address is one zip that stands for its whole folder.</summary>
    private bool IsArchive(IFeed feed) => mirror is null && feed.PublicAddress.AbsolutePath.EndsWith(".zip", StringComparison.Ordinal);

    private Uri Remote(IFeed feed, string path)
    {
        var root = mirror is null ? feed.PublicAddress : new Uri(Folder(mirror), $"{feed.Name}/");
        return new(root, string.Join('/', path.Split('/').Select(Uri.EscapeDataString)));
    }

    private static Uri Folder(Uri address) => address.AbsoluteUri.EndsWith('/') ? address : new($"{address.AbsoluteUri}/");

    private string Local(IFeed feed, string path) => Path.Combine(folder, feed.Name, path);

    private async Task AddArchiveAsync(IFeed feed, FeedFile wanted, Gathered snapshot, CancellationToken cancel)
    {
        var path = Local(feed, "archive.zip");
        if (await IsThereAsync(feed.PublicAddress, path, FeedBounds.FileBytes, snapshot, cancel)) snapshot.Files.Add(new("archive.zip", path, new(wanted.Path)));
    }

    /// <summary>The zips in the feed's folder that hold what is wanted.</summary>
    private async Task AddZipsAsync(IFeed feed, FeedFile wanted, Gathered snapshot, CancellationToken cancel)
    {
        if (mirror is null) return;

        if (!zips.TryGetValue(feed.Name, out var known)) zips.Add(feed.Name, known = await FetchZipsAsync(feed, snapshot, cancel));
        snapshot.Files.AddRange(known.Where(zip => ZipFilter.Holds(zip, wanted.Path)).Select(zip => new SavedFile(Path.GetFileName(zip), zip, new(wanted.Path))));
    }

    /// <summary>Fetches every zip that the server's page of the feed's folder links to: the only way to know a zip's name by HTTP.</summary>
    private async Task<IReadOnlyList<string>> FetchZipsAsync(IFeed feed, Gathered snapshot, CancellationToken cancel)
    {
        var page = Local(feed, "index.page");
        try
        {
            if (await fetcher.FetchAsync(Remote(feed, ""), page, PageBytes, cancel) == Fetched.Absent) return [];
        }
        catch (FetchException)
        {
            return []; // A server that does not show its folders (403) has no zip that can be found; the feed is listed as absent.
        }

        var found = new List<string>();
        var names = ZipLink().Matches(await File.ReadAllTextAsync(page, cancel)).Select(link => Uri.UnescapeDataString(WebUtility.HtmlDecode(link.Groups[1].Value))).Where(FeedBounds.IsSafeName);
        foreach (var name in names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(100))
        {
            if (await IsThereAsync(Remote(feed, name), Local(feed, name), FeedBounds.FileBytes, snapshot, cancel)) found.Add(Local(feed, name));
        }

        return found;
    }

    /// <summary>An archive and what changed since it was fetched. The list names the state that is wanted; it is noted as reached only after all its records are saved.</summary>
    private async Task AddWithIncrementsAsync(IFeed feed, FeedFile wanted, Gathered snapshot, CancellationToken cancel)
    {
        var archive = new Archive(Local(feed, wanted.Path), Local(feed, wanted.Increments!));
        var state = archive.List;
        try
        {
            if (await fetcher.FetchAsync(Remote(feed, wanted.Increments!), archive.List, ListBytes, cancel) == Fetched.Absent)
            {
                archive.Forget();
                if (await IsThereAsync(Remote(feed, wanted.Path), archive.Zip, FeedBounds.FileBytes, snapshot, cancel)) snapshot.Files.Add(new(wanted.Path, archive.Zip, new("")));
                return;
            }

            if (!await FetchRecordsAsync(feed, wanted, archive, cancel) && !await FetchWholeAsync(feed, wanted, archive, cancel)) return;
        }
        catch (FetchException e) when (archive.IsKnown)
        {
            snapshot.Stale ??= e.Message;
            state = archive.Reached;
        }

        var now = await Increments.ReadAsync(state, cancel);
        snapshot.Files.AddRange(archive.Records().Where(record => now.ContainsKey(Path.GetFileNameWithoutExtension(record))).Select(record => new SavedFile(Path.GetFileName(record), record)));
        snapshot.Files.Add(new(wanted.Path, archive.Zip, new("", await archive.GoneAsync(now, cancel))));
    }

    /// <summary>Fetches the changed records alone; false when that can't be done, or is more work than the whole.</summary>
    private async Task<bool> FetchRecordsAsync(IFeed feed, FeedFile wanted, Archive archive, CancellationToken cancel)
    {
        if (!archive.IsKnown) return false;

        var now = await Increments.ReadAsync(archive.List, cancel);
        var changed = Increments.Changed(await Increments.ReadAsync(archive.Reached, cancel), now);
        if (changed.Count > Math.Min(MostIncrements, Math.Max(10, now.Count / 10))) return false;

        var missing = 0;
        var parent = wanted.Path[..(wanted.Path.LastIndexOf('/') + 1)];
        await Parallel.ForEachAsync(changed, new ParallelOptions { MaxDegreeOfParallelism = Connections, CancellationToken = cancel }, async (id, stop) =>
        {
            if (await fetcher.FetchAsync(Remote(feed, $"{parent}{id}.json"), archive.Record(id), FeedBounds.EntryBytes, stop) == Fetched.Absent) Interlocked.Increment(ref missing);
        });
        if (missing > 0) return false;

        archive.NoteReached();
        return true;
    }

    private async Task<bool> FetchWholeAsync(IFeed feed, FeedFile wanted, Archive archive, CancellationToken cancel)
    {
        var wasKnown = archive.IsKnown;
        var fetched = await fetcher.FetchAsync(Remote(feed, wanted.Path), archive.Zip, FeedBounds.FileBytes, cancel);
        if (fetched == Fetched.Absent)
        {
            archive.Forget();
            return false;
        }

        // An unchanged archive under a changed list has not caught up with it yet: the next update tries again.
        if (fetched == Fetched.Changed || !wasKnown) archive.NoteWhole();
        return true;
    }

    [GeneratedRegex("""href\s*=\s*["']?(?:\./)?([^"'\s>/?#]+\.zip)["'\s>]""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ZipLink();

    private sealed class Gathered
    {
        public List<SavedFile> Files { get; } = [];
        public string? Stale { get; set; }
    }

    /// <summary>The saved files of an archive with increments.</summary>
    private sealed class Archive(string zip, string list)
    {
        private readonly string changed = Path.Combine(Path.GetDirectoryName(zip)!, "changed");

        public string Zip => zip;

        /// <summary>The newest list.</summary>
        public string List => list;

        /// <summary>The list whose state the saved files have.</summary>
        public string Reached => list + ".reached";

        /// <summary>The list as it was when the zip was fetched: what it names and the newest does not has left the feed.</summary>
        private string OfZip => list + ".zip-state";

        /// <summary>Whether the noted state is that of the zip that lies there: not so when an update was killed between the two.</summary>
        public bool IsKnown => File.Exists(zip) && File.Exists(Reached) && File.Exists(OfZip) && File.ReadLines(OfZip).FirstOrDefault() == Stamp();

        public string Record(string id) => Path.Combine(changed, id + ".json");

        public IEnumerable<string> Records() => Directory.Exists(changed) ? Directory.EnumerateFiles(changed, "*.json") : [];

        public async Task<IReadOnlySet<string>> GoneAsync(Dictionary<string, string> now, CancellationToken cancel) =>
            File.Exists(OfZip) ? (await Increments.ReadAsync(OfZip, cancel)).Keys.Where(id => !now.ContainsKey(id)).Select(id => id + ".json").ToHashSet(StringComparer.Ordinal) : new HashSet<string>();

        public void NoteReached() => AtomicFile.Write(Reached, File.ReadAllText(list));

        public void NoteWhole()
        {
            Forget();
            AtomicFile.Write(OfZip, $"{Stamp()}\n{File.ReadAllText(list)}");
            NoteReached();
        }

        private string Stamp() => string.Create(CultureInfo.InvariantCulture, $"# {new FileInfo(zip).Length} {File.GetLastWriteTimeUtc(zip).Ticks}");

        public void Forget()
        {
            File.Delete(Reached);
            File.Delete(OfZip);
            if (Directory.Exists(changed)) Directory.Delete(changed, recursive: true);
        }
    }
}
