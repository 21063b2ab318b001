using Vidimus.Advisories;
using Vidimus.Advisories.Shelf;
using Vidimus.Advisories.Starter;
using Vidimus.Api.InspectorScan.Operations;
using Vidimus.Ecosystems;
using Vidimus.Fleet;
using Vidimus.Model.Advisories;

namespace Vidimus.Server.Books;

/// <summary>The advisory book of the data folder, the same that the scanner keeps there. Who borrows it never waits for an update, and keeps what was borrowed while the next one already answers.</summary>
internal sealed class ServerBooks : IBooks, IFleetBooks, IDisposable
{
    private readonly Lock turn = new();
    private readonly string dataFolder;
    private HeldBook? current;

    public ServerBooks(string dataFolder, string? feeds, TimeProvider time)
    {
        this.dataFolder = dataFolder;
        Shelf = BookShelf.ForAddress(dataFolder, feeds, Feeds, EcosystemList.Keys, time);
    }

    public static IReadOnlyList<IFeed> Feeds { get; } = [.. FeedList.CrossEcosystem(EcosystemList.Keys), .. EcosystemList.Feeds];

    public BookShelf Shelf { get; }

    /// <summary>The last refresh failed, and this is why; null while the book is as it should be.</summary>
    public string? Stale { get; set; }

    public ValueTask<BookLoan?> BorrowAsync(CancellationToken cancel)
    {
        var held = Borrow();
        return ValueTask.FromResult<BookLoan?>(new(held.Book, EcosystemList.Keys, Starter: held.Path is null, Stale: Stale is not null, () => GiveBack(held)));
    }

    ValueTask<FleetBook?> IFleetBooks.BorrowAsync(CancellationToken cancel)
    {
        var held = Borrow();
        return ValueTask.FromResult<FleetBook?>(new(held.Book, () => GiveBack(held)));
    }

    /// <summary>Looks whether the shelf has another book by now, from this process or another; the next who borrows gets that one. True when it is another.</summary>
    /// <exception cref="InvalidDataException">The new book is damaged; the old one goes on answering.</exception>
    public bool Look()
    {
        if (Shelf.CurrentPath is not { } path || path == current?.Path || Open() is not { } opened) return false;
        lock (turn)
        {
            var before = current;
            current = opened;
            if (before is { Loans: 0 }) before.Book.Dispose();
        }

        return true;
    }

    public void Dispose()
    {
        lock (turn)
        {
            if (current is { Loans: 0 }) current.Book.Dispose();
            current = null;
        }
    }

    private HeldBook Borrow()
    {
        lock (turn)
        {
            current ??= Open() ?? new(StarterBook.Open(dataFolder, EcosystemList.Keys), Path: null);
            current.Loans++;
            return current;
        }
    }

    private HeldBook? Open()
    {
        var path = Shelf.CurrentPath;
        return path is not null && Shelf.CurrentBook() is { } book ? new(book, path) : null;
    }

    private void GiveBack(HeldBook held)
    {
        lock (turn)
        {
            if (--held.Loans == 0 && held != current) held.Book.Dispose();
        }
    }

    /// <param name="Path">Null for the starter advisories.</param>
    private sealed record HeldBook(Book Book, string? Path)
    {
        public int Loans { get; set; }
    }
}
