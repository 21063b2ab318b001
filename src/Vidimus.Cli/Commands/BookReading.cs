using System.CommandLine;
using Vidimus.Advisories;
using Vidimus.Advisories.Fetch;
using Vidimus.Advisories.Private;
using Vidimus.Advisories.Shelf;
using Vidimus.Advisories.Starter;
using Vidimus.Cli.CommandLine;
using Vidimus.Ecosystems;
using Vidimus.Ecosystems.Csaf;
using Vidimus.Model.Advisories;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Cli.Commands;

/// <summary>What all commands with a book share: its options, and which book answers.</summary>
internal sealed class BookReading
{
    /// <summary>A book of this age is refreshed before it answers.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(24);

    /// <summary>What the network may take in all when an old book could answer.</summary>
    private static readonly TimeSpan RefreshBudget = TimeSpan.FromSeconds(10);

    private readonly Option<string?> feeds = new("--feeds") { Description = "A mirror of the advisory feeds instead of their public addresses", HelpName = "DIR|URL" };
    private readonly Option<string?> ownAdvisories = new("--private") { Description = "A folder of your own advisories, OSV or CSAF documents, beside the feeds", HelpName = "DIR" };
    private readonly Option<string?> book = new("--book") { Description = "A ready advisory book; nothing is fetched or refreshed", HelpName = "FILE|URL" };
    private readonly Option<bool> offline = new("--offline") { Description = "Never touch the network: answer from the book that is there" };
    private readonly Option<string?> maxAge = new("--max-book-age") { Description = "Refuse to answer from an older book (90m, 24h, 7d)", HelpName = "AGE" };

    /// <summary>All feeds: those of one distribution and those of many.</summary>
    public static IReadOnlyList<IFeed> Feeds { get; } = [.. FeedList.CrossEcosystem(EcosystemList.Keys), .. EcosystemList.Feeds, new PrivateFeed(EcosystemList.Keys, CsafAdvisories.Read)];

    public void AddTo(Command command)
    {
        AddFeedsTo(command);
        command.Options.Add(book);
        command.Options.Add(offline);
        command.Options.Add(maxAge);
    }

    /// <summary>Adds only the choice of feeds.</summary>
    public void AddFeedsTo(Command command)
    {
        command.Options.Add(feeds);
        command.Options.Add(ownAdvisories);
    }

    public string? FeedsOf(ParseResult parsed) => parsed.GetValue(feeds);

    public bool IsOffline(ParseResult parsed) => parsed.GetValue(offline);

    /// <summary>The shelf of the feeds that the command line names.</summary>
    public BookShelf Shelf(ParseResult parsed)
    {
        var address = parsed.GetValue(feeds);
        if (address is not null && !address.Contains("://", StringComparison.Ordinal) && !Directory.Exists(address)) throw new UnfinishedException($"the feeds folder {PathText.Display(address)} does not exist");
        if (parsed.GetValue(ownAdvisories) is { } own && !Directory.Exists(own)) throw new UnfinishedException($"the folder of private advisories {PathText.Display(own)} does not exist");
        return BookShelf.ForAddress(Surroundings.DataFolder, address, Feeds, EcosystemList.Keys, Surroundings.Time, parsed.GetValue(ownAdvisories));
    }

    /// <summary>The parts of feeds that can say something of an inventory: those of its system and languages, and what is said of vulnerabilities wherever they are.</summary>
    public static IReadOnlyCollection<string> PartsFor(Inventory inventory)
    {
        var parts = new SortedSet<string>(StringComparer.Ordinal) { "kev", "epss", "cve5", "eol", PrivateFeed.Folder };
        if (EcosystemList.Keys.Distribution(inventory.Os) is { } distribution) parts.UnionWith(distribution.Feeds);
        foreach (var type in inventory.Packages.Select(p => p.Package.Type).Distinct())
        {
            if (EcosystemList.Keys.Ecosystem(type) is not { AdvisoryEcosystem: { } advisories } ecosystem) continue;
            parts.Add($"osv/{advisories}");
            parts.UnionWith(ecosystem.Feeds);
        }

        return parts;
    }

    /// <summary>Opens the book that answers, fetching or refreshing it first where the rules say so.</summary>
    /// <exception cref="UnfinishedException">There is none, or it is older than allowed.</exception>
    public async Task<OpenBook> OpenAsync(ParseResult parsed, IReadOnlyCollection<string> parts, IProgress<string> progress, CancellationToken cancel)
    {
        var opened = parsed.GetValue(book) is { } ready ? await ReadyAsync(ready, parsed.GetValue(offline), cancel) : await FromShelfAsync(parsed, parts, progress, cancel);
        if (parsed.GetValue(maxAge) is { } limit && opened.Age > Durations.Parse(limit))
        {
            using (opened) throw new UnfinishedException($"the advisory book is {Durations.Display(opened.Age)} old, and --max-book-age allows {limit}; run 'vidimus advisories update'");
        }

        return opened;
    }

    private async Task<OpenBook> FromShelfAsync(ParseResult parsed, IReadOnlyCollection<string> parts, IProgress<string> progress, CancellationToken cancel)
    {
        var shelf = Shelf(parsed);
        var status = shelf.Status;
        if (parsed.GetValue(offline)) return Current(shelf, stale: null) ?? Starter("no advisories have been fetched yet and --offline was given");

        var isFolder = parsed.GetValue(feeds) is { } address && !address.StartsWith("http", StringComparison.OrdinalIgnoreCase);
        if (parts.Count == 0 && status is null)
        {
            // Nothing names what is wanted: a folder is read whole, the whole world is not fetched unasked.
            if (!isFolder) return Starter("no advisories have been fetched yet; 'vidimus advisories update --all' fetches them");
            parts = [.. Feeds.Select(f => f.Name)];
        }

        var complete = status is not null && parts.All(p => status.Parts.Any(held => held == p || held.StartsWith(p + "/", StringComparison.Ordinal)));
        if (!isFolder && complete && shelf.Age < Fresh && Current(shelf, stale: null) is { } current) return current;

        try
        {
            var hasOld = shelf.CurrentPath is not null;
            await shelf.UpdateAsync(new() { Parts = parts, NetworkBudget = hasOld ? RefreshBudget : null, LockWait = hasOld ? TimeSpan.Zero : TimeSpan.FromMinutes(10), Progress = progress }, cancel);
            return Current(shelf, stale: null) ?? throw new UnfinishedException("the advisory book vanished while it was opened; try again");
        }
        catch (ShelfBusyException) when (complete && shelf.Age < Fresh && Current(shelf, stale: null) is { } inUse)
        {
            return inUse; // new enough: another update of it is no reason to wait, nor to call it old
        }
        catch (Exception e) when (e is FetchException or ShelfBusyException or IOException or UnauthorizedAccessException)
        {
            return Current(shelf, stale: $"the advisories could not be refreshed: {e.Message}") ?? Starter($"the advisory feeds could not be read: {e.Message}");
        }
    }

    private static OpenBook? Current(BookShelf shelf, string? stale)
    {
        try
        {
            return shelf.CurrentBook() is { } found ? new(found, IsStarter: false, IsStale: stale is not null, stale, shelf.Age ?? TimeSpan.Zero) : null;
        }
        catch (InvalidDataException) when (stale is null)
        {
            return null; // a damaged book is as none: it is made anew, or the starter advisories answer
        }
    }

    /// <summary>A book's file as somebody names it.</summary>
    /// <exception cref="UnfinishedException">There is none.</exception>
    public static Book Ready(string path) => File.Exists(path) ? Book.Open(path) : throw new UnfinishedException($"the book {PathText.Display(path)} does not exist");

    private static OpenBook Starter(string why) =>
        new(StarterBook.Open(Surroundings.DataFolder, EcosystemList.Keys), IsStarter: true, IsStale: false, $"only the starter advisories answered, a small part of what is known: {why}", TimeSpan.Zero);

    private static async Task<OpenBook> ReadyAsync(string name, bool offline, CancellationToken cancel)
    {
        var path = name;
        if (name.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || name.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
        {
            if (offline) throw new UsageException("--offline and a book at an address can't both be");
            path = await BookDownload.FetchAsync(new(name), Path.Combine(Surroundings.DataFolder, "books", "ready"), cancel);
        }
        else if (!File.Exists(name))
        {
            throw new UnfinishedException($"the book {PathText.Display(name)} does not exist");
        }

        var opened = Book.Open(path);
        return new(opened, IsStarter: false, IsStale: false, null, Surroundings.Time.GetUtcNow() - opened.Built);
    }
}

/// <summary>The book that answers.</summary>
/// <param name="IsStale">It should have been refreshed and could not be.</param>
/// <param name="Note">Why, for the person.</param>
internal sealed record OpenBook(Book Book, bool IsStarter, bool IsStale, string? Note, TimeSpan Age) : IDisposable
{
    public void Dispose() => Book.Dispose();
}
