using Vidimus.Advisories;
using Vidimus.Advisories.Shelf;
using Vidimus.Advisories.Starter;
using Vidimus.Api.InspectorScan.Operations;
using Vidimus.Ecosystems;
using Vidimus.Findings;
using Vidimus.Fleet;
using Vidimus.Model.Advisories;
using Vidimus.Storage;

namespace Vidimus.Server.Books;

/// <summary>The advisory books of a node: the newest of its data folder, the same that the scanner keeps there, and the one that the fleet is judged by, which may have come from another node.</summary>
/// <remarks>Who borrows one never waits for an update, and keeps what was borrowed while the next one already answers.</remarks>
internal sealed class ServerBooks : IBooks, IFleetBooks, IDisposable
{
    private readonly Lock turn = new();
    private readonly string dataFolder;
    private readonly string fetched;
    private readonly BookCourier courier;
    private readonly SemaphoreSlim following = new(1);

    /// <summary>All that are open.</summary>
    private readonly List<HeldBook> held = [];
    private HeldBook? own;
    private HeldBook? used;

    public ServerBooks(string dataFolder, string? feeds, BookCourier courier, TimeProvider time)
    {
        (this.dataFolder, this.courier) = (dataFolder, courier);
        fetched = Path.Combine(dataFolder, "books", "fleet");
        Shelf = BookShelf.ForAddress(dataFolder, feeds, Feeds, EcosystemList.Keys, time);
    }

    public static IReadOnlyList<IFeed> Feeds { get; } = [.. FeedList.CrossEcosystem(EcosystemList.Keys), .. EcosystemList.Feeds];

    public BookShelf Shelf { get; }

    /// <summary>The last refresh failed, and this is why; null while the book is as it should be.</summary>
    public string? Stale { get; set; }

    public ValueTask<BookLoan?> BorrowAsync(CancellationToken cancel)
    {
        var lent = Borrow(() => used ?? Own());
        return ValueTask.FromResult<BookLoan?>(new(lent.Book, EcosystemList.Keys, Starter: lent.IsStarter, Stale: Stale is not null, () => GiveBack(lent)));
    }

    ValueTask<FleetBook?> IFleetBooks.BorrowAsync(CancellationToken cancel) => ValueTask.FromResult<FleetBook?>(Lend(() => used ?? Own()));

    ValueTask<FleetBook?> IFleetBooks.NewestAsync(CancellationToken cancel) => ValueTask.FromResult<FleetBook?>(Lend(() => used is null || Own().Book.Built > used.Book.Built ? Own() : used));

    /// <exception cref="InvalidDataException">The store's book is damaged, or of a format that this version does not know; what the node had goes on answering.</exception>
    public async Task FollowAsync(CancellationToken cancel)
    {
        await following.WaitAsync(cancel);
        try
        {
            var (adopted, file) = await courier.InUseAsync(cancel);
            if (adopted is { } book && book.Digest != used?.Digest && !Use(book.Digest)) await FetchAsync(book.Digest, file, cancel);
        }
        finally
        {
            following.Release();
        }
    }

    /// <summary>Looks whether the shelf has another book by now, from this process or another; the next who borrows gets that one. True when it is another.</summary>
    /// <exception cref="InvalidDataException">The new book is damaged; the old one goes on answering.</exception>
    public bool Look()
    {
        if (Shelf.CurrentPath is not { } path || path == own?.Path || Open() is not { } opened) return false;
        lock (turn)
        {
            held.Add(opened);
            own = opened;
            Close();
        }

        return true;
    }

    public void Dispose()
    {
        lock (turn)
        {
            (own, used) = (null, null);
            Close();
        }

        following.Dispose();
    }

    private async Task FetchAsync(Digest digest, BookFile? file, CancellationToken cancel)
    {
        var path = BookCourier.PathOf(digest, fetched);
        if (!File.Exists(path))
        {
            if (file is null) return; // Who took it into use had no way to send it.
            path = await courier.FetchAsync(file, fetched, cancel);
        }

        lock (turn) held.Add(new(Book.Open(path), path) { Feeds = file?.Feeds ?? [] });
        Use(digest);
        foreach (var old in Directory.EnumerateFiles(fetched).Where(f => f != path && !f.EndsWith(".tmp", StringComparison.Ordinal))) File.Delete(old);
    }

    /// <summary>Makes a book the one that is lent, when it is open here.</summary>
    private bool Use(Digest digest)
    {
        lock (turn)
        {
            Own();
            if (held.Find(h => h.Digest == digest) is not { } found) return false;
            used = found;
            Close();
            return true;
        }
    }

    private FleetBook Lend(Func<HeldBook> choose)
    {
        var lent = Borrow(choose);
        return new(lent.Book, () => GiveBack(lent)) { Path = lent.Path, Feeds = lent.Feeds };
    }

    private HeldBook Borrow(Func<HeldBook> choose)
    {
        lock (turn)
        {
            var chosen = choose();
            chosen.Loans++;
            return chosen;
        }
    }

    private HeldBook Own()
    {
        if (own is not null) return own;
        own = Open() ?? new(StarterBook.Open(dataFolder, EcosystemList.Keys), null);
        held.Add(own);
        return own;
    }

    private HeldBook? Open()
    {
        var path = Shelf.CurrentPath;
        return path is not null && Shelf.CurrentBook() is { } book ? new(book, path) { Feeds = Shelf.Status?.Parts ?? [] } : null;
    }

    private void GiveBack(HeldBook lent)
    {
        lock (turn)
        {
            lent.Loans--;
            Close();
        }
    }

    /// <summary>Closes those that nobody has and nobody will ask for.</summary>
    private void Close()
    {
        foreach (var old in held.Where(h => h.Loans == 0 && h != own && h != used).ToList())
        {
            held.Remove(old);
            old.Book.Dispose();
        }
    }

    private sealed class HeldBook(Book book, string? path)
    {
        public Book Book => book;

        /// <summary>Null for the starter advisories, which every node has.</summary>
        public string? Path => path;

        public Digest Digest { get; } = Digest.From(book.Digest.Span);

        public bool IsStarter { get; } = book.Sources is [{ Name: "starter" }];

        public IReadOnlyList<string> Feeds { get; init; } = [];

        public int Loans { get; set; }
    }
}
