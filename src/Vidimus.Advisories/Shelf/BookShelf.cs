using System.Security.Cryptography;
using System.Text;
using Vidimus.Advisories.Fetch;
using Vidimus.Advisories.Private;
using Vidimus.Model.Advisories;
using Vidimus.Model.Matching;

namespace Vidimus.Advisories.Shelf;

/// <summary>The book of one feeds address in the data folder, and its update.</summary>
/// <remarks>
/// A folder an address, so that one address never answers from another's records. In it <c>current</c> names the book in use; each update writes a book of a new name and then replaces that pointer.
/// No file is ever changed in place: a reader keeps the book it opened, and an update that is killed at any moment leaves the old pointer and book, and waste that the next update clears away.
/// </remarks>
public sealed partial class BookShelf
{
    private const string Pointer = "current";
    private const string BookPrefix = "book-";
    private const string StatusSuffix = ".json";
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(100);

    private readonly string folder;
    private readonly string? address;
    private readonly IReadOnlyList<IFeed> feeds;
    private readonly MatchKeys keys;
    private readonly TimeProvider time;

    private readonly string? privateFolder;

    private BookShelf(string folder, string? address, string? privateFolder, IReadOnlyList<IFeed> feeds, MatchKeys keys, TimeProvider time) =>
        (this.folder, this.address, this.privateFolder, this.feeds, this.keys, this.time) = (folder, address, privateFolder, feeds, keys, time);

    /// <summary>The shelf of an address: a folder, a <c>file:</c>, <c>http:</c> or <c>https:</c> URL, or null for each feed's public address.</summary>
    /// <param name="privateFolder">A folder of the user's own advisories, which stands for the feed <c>private</c>; its books are others than those without it.</param>
    public static BookShelf ForAddress(string dataFolder, string? address, IReadOnlyList<IFeed> feeds, MatchKeys keys, TimeProvider time, string? privateFolder = null)
    {
        if (address is not null && !IsHttp(address)) address = Path.GetFullPath(address.StartsWith("file:", StringComparison.OrdinalIgnoreCase) ? new Uri(address).LocalPath : address);
        var name = address is null ? "public" : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address.TrimEnd('/'))))[..16];
        if (privateFolder is null) return new(Path.Combine(dataFolder, "books", name), address, null, feeds, keys, time);
        privateFolder = Path.GetFullPath(privateFolder);
        name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{name}\n{privateFolder}")))[..16];
        return new(Path.Combine(dataFolder, "books", name), address, privateFolder, feeds, keys, time);
    }

    /// <summary>The path of the book in use; null when there is none.</summary>
    public string? CurrentPath
    {
        get
        {
            var pointer = Path.Combine(folder, Pointer);
            if (!File.Exists(pointer)) return null;

            var name = File.ReadAllText(pointer).Trim();
            return IsBookName(name) && File.Exists(Path.Combine(folder, name)) ? Path.Combine(folder, name) : null;
        }
    }

    /// <summary>The state of the book in use; null when there is none.</summary>
    public ShelfStatus? Status => CurrentPath is { } path ? ShelfStatus.Read(path + StatusSuffix) : null;

    /// <summary>How long ago the book in use was last known to be what the feeds say.</summary>
    public TimeSpan? Age => Status is { } status ? time.GetUtcNow() - status.Checked : null;

    /// <summary>Opens the book in use; null when there is none.</summary>
    /// <exception cref="InvalidDataException">It is damaged; an update makes a new one.</exception>
    public Book? CurrentBook()
    {
        // An update may remove the book between the look at the pointer and the opening; the pointer then names its successor.
        for (var attempt = 0; attempt < 10 && CurrentPath is { } path; attempt++)
        {
            try
            {
                return Book.Open(path);
            }
            catch (FileNotFoundException)
            {
                continue;
            }
        }

        return null;
    }

    /// <summary>Brings the book up to date with the parts asked for and all that it already holds.</summary>
    /// <exception cref="FetchException">A feed that the book lives on, or every one asked for, can't be had. The book in use is as it was.</exception>
    /// <exception cref="ShelfBusyException">Another update runs.</exception>
    public async Task<ShelfStatus> UpdateAsync(ShelfUpdate update, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        using var held = await LockAsync(update.LockWait, cancel);
        var current = CurrentPath;
        var before = Status;
        Clean(current);

        var gathered = await GatherAsync(update, before, cancel);
        var fingerprint = Fingerprint(gathered);
        if (current is not null && before is not null && before.Fingerprint == fingerprint && !gathered.Any(part => part.Failure is not null) && IsWhole(current))
        {
            var same = before with { Checked = time.GetUtcNow(), Sources = [.. before.Sources.Select(source => source with { Stale = gathered.FirstOrDefault(part => part.Name == source.Name)?.Snapshot?.Stale })] };
            same.Write(current + StatusSuffix);
            return same;
        }

        var now = time.GetUtcNow();
        var path = NewPath(now);
        var sources = Compile(gathered, path, now, update.Progress, cancel);
        Book.Verify(path);
        var status = new ShelfStatus { Built = now, Checked = now, Parts = Names(update, before), Fingerprint = fingerprint, Sources = sources, Imports = before?.Imports };
        Install(path, status);
        return status;
    }

    /// <summary>Takes a verified book into use: its bytes and its account are on the disk before the pointer names it.</summary>
    private void Install(string path, ShelfStatus status)
    {
        DurableFolder.FlushFile(path);
        status.Write(path + StatusSuffix);
        AtomicFile.Write(Path.Combine(folder, Pointer), Path.GetFileName(path));
        DurableFolder.Flush(folder);
        Clean(path);
    }

    private static List<string> Names(ShelfUpdate update, ShelfStatus? before) => [.. update.Parts.Concat(before?.Parts ?? []).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static bool IsHttp(string address) => address.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || address.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    private static bool IsBookName(string name) => name.StartsWith(BookPrefix, StringComparison.Ordinal) && FeedBounds.IsSafeName(name);

    private static bool IsWhole(string path)
    {
        try
        {
            Book.Open(path).Dispose();
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>Holds the shelf for one updater at a time. The system gives the lock back when its holder dies.</summary>
    private async Task<FileStream> LockAsync(TimeSpan wait, CancellationToken cancel)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (time.GetElapsedTime(start) < wait)
            {
                await Task.Delay(LockPoll, time, cancel);
            }
            catch (IOException e)
            {
                throw new ShelfBusyException("Another update of this book is running.", e);
            }
        }
    }

    /// <summary>Removes books that are not in use and what killed updates left. Whoever has one of them open keeps it.</summary>
    private void Clean(string? current)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            var name = Path.GetFileName(file);
            var isWaste = name.EndsWith(".tmp", StringComparison.Ordinal) || (name.StartsWith(BookPrefix, StringComparison.Ordinal) && file != current && file != current + StatusSuffix);
            if (isWaste) File.Delete(file);
        }
    }

    private string NewPath(DateTimeOffset now)
    {
        for (var number = 0; ; number++)
        {
            var path = Path.Combine(folder, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{BookPrefix}{now:yyyyMMddHHmmssfff}-{number}"));
            if (!File.Exists(path)) return path;
        }
    }

    private async Task<List<GatheredPart>> GatherAsync(ShelfUpdate update, ShelfStatus? before, CancellationToken cancel)
    {
        using var budget = new CancellationTokenSource(update.NetworkBudget ?? Timeout.InfiniteTimeSpan, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel, budget.Token);
        using var http = address is null || IsHttp(address) ? new HttpMirror(address is null ? null : new Uri(address), Path.Combine(folder, "snapshots"), time) : null;
        IMirror mirror = http is null ? new FolderMirror(address!) : http;
        var names = Names(update, before);
        var gathered = new List<GatheredPart>();
        try
        {
            foreach (var (feed, part) in await WantedAsync(mirror, names, limit.Token)) gathered.Add(await GatherAsync(mirror, feed, part, before, update.Progress, limit.Token));
        }
        catch (OperationCanceledException) when (budget.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new FetchException($"The feeds could not be fetched within the {update.NetworkBudget!.Value.TotalSeconds} s allowed for the network.");
        }

        if (gathered.Find(part => part.Failure is not null) is { } failed && gathered.TrueForAll(part => part.Snapshot is null)) throw new FetchException(failed.Failure!);

        // Where all of a feed was asked for, a part that nobody named and that is not there is no news.
        gathered.RemoveAll(part => part.IsAbsent && !names.Contains(part.Name, StringComparer.Ordinal) && gathered.Exists(other => other.Feed == part.Feed && !other.IsAbsent));
        return gathered;
    }

    private async Task<GatheredPart> GatherAsync(IMirror mirror, IFeed feed, string part, ShelfStatus? before, IProgress<string>? progress, CancellationToken cancel)
    {
        var gathered = new GatheredPart(feed, part, null, null);
        progress?.Report($"fetching {gathered.Name}");
        if (feed.Name == PrivateFeed.Folder && (privateFolder is not null || address is null))
        {
            // Never asked for at a public address, which it has not.
            return gathered with { Snapshot = privateFolder is null ? null : FolderMirror.Whole(privateFolder) };
        }

        try
        {
            return gathered with { Snapshot = await mirror.SnapshotAsync(feed, part, cancel) };
        }
        catch (FetchException e) when (before?.Sources.Any(source => source.Name == gathered.Name && source.Records > 0) != true)
        {
            return gathered with { Failure = e.Message };
        }
    }

    /// <summary>Every part named, by feed and name; a feed's bare name is all of its parts.</summary>
    private async Task<List<(IFeed Feed, string Part)>> WantedAsync(IMirror mirror, IReadOnlyCollection<string> names, CancellationToken cancel)
    {
        var wanted = new SortedDictionary<string, (IFeed Feed, string Part)>(StringComparer.Ordinal);
        foreach (var feed in feeds)
        {
            var prefix = $"{feed.Name}/";
            foreach (var name in names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && FeedBounds.IsSafeName(name[prefix.Length..]))) wanted.TryAdd(name, (feed, name[prefix.Length..]));
            if (!names.Contains(feed.Name, StringComparer.Ordinal)) continue;

            var parts = await mirror.PartsAsync(feed, cancel);
            foreach (var part in parts) wanted.TryAdd(prefix + part, (feed, part));
            if (parts.Count == 0) wanted.TryAdd(feed.Name, (feed, ""));
        }

        return [.. wanted.Values];
    }

    /// <summary>Names the state of all files, so that an update that would give the same book again is left out.</summary>
    private static string Fingerprint(List<GatheredPart> gathered)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + "\n"));

        Add($"{typeof(BookShelf).Assembly.GetName().Version}");
        foreach (var part in gathered)
        {
            Add(part.Name);
            foreach (var file in part.Snapshot?.Files ?? [])
            {
                var info = new FileInfo(file.Path);
                Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{file.Path} {info.Length} {info.LastWriteTimeUtc.Ticks}"));
                foreach (var gone in (file.Zip?.Without ?? new HashSet<string>()).Order(StringComparer.Ordinal)) Add($"without {gone}");
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private List<ShelfSource> Compile(List<GatheredPart> gathered, string path, DateTimeOffset now, IProgress<string>? progress, CancellationToken cancel)
    {
        using var writer = new BookWriter(keys);
        var sources = new List<ShelfSource>();
        foreach (var part in gathered)
        {
            progress?.Report($"reading {part.Name}");
            var source = Read(part, writer, now, cancel);
            if (part.Snapshot is not null) writer.AddSource(new(source.Name, source.Date, source.Records, source.Rejected, source.Terms, part.Feed.Sharing));
            sources.Add(source);
        }

        writer.Write(path, now);
        return sources;
    }

    private static ShelfSource Read(GatheredPart part, BookWriter writer, DateTimeOffset now, CancellationToken cancel)
    {
        var source = new ShelfSource { Name = part.Name, Title = part.Feed.Title, Terms = part.Feed.Terms, IsRedistributable = part.Feed.IsRedistributable, IsAbsent = part.IsAbsent, Failure = part.Failure };
        if (part.Snapshot is not { } snapshot) return source;

        var records = 0;
        DateTimeOffset? newest = null;
        foreach (var record in part.Feed.Read(snapshot, cancel))
        {
            writer.Add(part.Name, record);
            records++;
            // A time in the future (there are some) says nothing of how new the source is.
            if (DateOf(record) is { } date && date <= now && (newest is null || date > newest)) newest = date;
        }

        return source with { Date = newest, Records = records, Rejected = snapshot.RejectedCount, RejectedRecords = snapshot.Rejected, Stale = snapshot.Stale };
    }

    private static DateTimeOffset? DateOf(FeedRecord record) => record switch
    {
        Advisory advisory => advisory.Modified ?? advisory.Published,
        CveRecord cve => cve.Published,
        ExploitedEntry entry => new DateTimeOffset(entry.Added, default, TimeSpan.Zero),
        ExploitScore { Date: { } day } => new DateTimeOffset(day, default, TimeSpan.Zero),
        _ => null,
    };

    private sealed record GatheredPart(IFeed Feed, string Part, SavedSnapshot? Snapshot, string? Failure)
    {
        public string Name => Part.Length == 0 ? Feed.Name : $"{Feed.Name}/{Part}";

        public bool IsAbsent => Snapshot is null && Failure is null;
    }
}
