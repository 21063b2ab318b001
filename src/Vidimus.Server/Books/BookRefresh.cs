using Microsoft.Extensions.Logging;
using Vidimus.Advisories.Fetch;
using Vidimus.Advisories.Shelf;
using Vidimus.Ecosystems;
using Vidimus.Findings;
using Vidimus.Fleet;
using Vidimus.Server.Configuration;
using Vidimus.Server.Hosting;
using Vidimus.Storage;

namespace Vidimus.Server.Books;

/// <summary>Keeps the book current: fetches it anew now and then, and takes over what others, the scanner among them, put on the shelf.</summary>
/// <remarks>Of several nodes one asks the feeds, one that works; the others get its book through the store.</remarks>
internal sealed partial class BookRefresh(ServerBooks books, FleetServices fleet, ServerSettings settings, TimeProvider time, ILoggerFactory log)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AgainAfterFailure = TimeSpan.FromMinutes(10);

    /// <summary>Feeds that speak of vulnerabilities wherever they are.</summary>
    private static readonly string[] Always = ["kev", "epss", "cve5", "eol"];

    private readonly ILogger logger = log.CreateLogger("Vidimus.Books");
    private readonly BookCourier courier = new(fleet.Database, time);
    private HashSet<string>? asked;
    private DateTimeOffset due;

    public async Task RunAsync(CancellationToken cancel)
    {
        while (true)
        {
            if (!settings.Offline && settings.Works)
            {
                var (parts, isDue) = settings.IsEmbedded ? await AloneAsync(cancel) : await AmongNodesAsync(cancel);
                if (isDue) await RefreshAsync(parts, cancel);
            }

            if (TakeOver()) Changed(logger, books.Shelf.Status?.Sources.Sum(s => (long)s.Records) ?? 0);

            await Task.Delay(Look, time, cancel);
        }
    }

    private async Task<(string[] Parts, bool IsDue)> AloneAsync(CancellationToken cancel)
    {
        if (asked is null)
        {
            asked = new(books.Shelf.Status?.Parts ?? [], StringComparer.Ordinal);
            due = books.Shelf.Age is { } age ? time.GetUtcNow() + settings.BookRefresh - age : time.GetUtcNow();
        }

        var parts = await PartsAsync(books.Shelf.Status is null, cancel);
        var isDue = time.GetUtcNow() >= due || !asked.IsSupersetOf(parts);
        if (isDue) asked.UnionWith(parts);
        return (parts, isDue);
    }

    /// <summary>Due is what the book in use has not, or was not asked of the feeds for long; and then for one node at a time, so that a second asks when the first one failed.</summary>
    private async Task<(string[] Parts, bool IsDue)> AmongNodesAsync(CancellationToken cancel)
    {
        var file = (await courier.InUseAsync(cancel)).File;
        string[] parts = [.. (await PartsAsync(file is null, cancel)).Union(file?.Feeds ?? [], StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (file is not null && time.GetUtcNow() - file.Checked < settings.BookRefresh && parts.All(p => file.Feeds.Contains(p, StringComparer.Ordinal))) return (parts, false);
        var turn = $"advisories {Digest.Of(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', parts)))}";
        return (parts, await Conflicts.WriteAsync(fleet.Database, session => new Schedule(session).TakeAsync(turn, AgainAfterFailure < settings.BookRefresh ? AgainAfterFailure : settings.BookRefresh, time.GetUtcNow(), cancel), cancel));
    }

    private async Task RefreshAsync(string[] parts, CancellationToken cancel)
    {
        due = time.GetUtcNow() + AgainAfterFailure;
        try
        {
            var status = await books.Shelf.UpdateAsync(new() { Parts = parts, LockWait = TimeSpan.Zero }, cancel);
            (books.Stale, due) = (null, time.GetUtcNow() + settings.BookRefresh);
            if (books.Shelf.CurrentBook() is { } book)
            {
                using (book) await courier.CheckedAsync(Digest.From(book.Digest.Span), status.Parts, cancel);
            }
        }
        catch (ShelfBusyException)
        {
            due = time.GetUtcNow() + settings.BookRefresh; // Who else updates it brings the same book.
        }
        catch (Exception e) when (e is FetchException or IOException or UnauthorizedAccessException)
        {
            books.Stale = e.Message;
            NotRefreshed(logger, e.Message);
        }
        finally
        {
            // Compiling a book leaves much behind that this process will not need for hours.
            MemoryReturn.Return();
        }
    }

    private bool TakeOver()
    {
        try
        {
            return books.Look();
        }
        catch (InvalidDataException e)
        {
            NotRefreshed(logger, e.Message);
            return false;
        }
    }

    /// <summary>What speaks of what is watched. While nothing is, a folder is read whole; the world is not fetched unasked.</summary>
    private async Task<string[]> PartsAsync(bool isFirst, CancellationToken cancel)
    {
        var isFolder = settings.Feeds is { } address && !address.StartsWith("http", StringComparison.OrdinalIgnoreCase);
        if (settings.Advisories.Contains("all") || (isFolder && settings.Advisories.Count == 0 && isFirst)) return [.. ServerBooks.Feeds.Select(f => f.Name)];

        IReadOnlyList<string> lists;
        await using (var session = await fleet.Database.ReadAsync(cancel)) lists = await new FleetStore(session).EcosystemsAsync(cancel);
        var watched = lists.SelectMany(l => l.Split('|')).Select(name => name.Split(':')[0]).Distinct(StringComparer.Ordinal).SelectMany(FeedsOf);
        return [.. Always.Concat(settings.Advisories).Concat(watched).Distinct(StringComparer.Ordinal)];
    }

    /// <param name="ecosystem">As advisories name it, without a release: <c>Debian</c>, <c>PyPI</c>.</param>
    private static IEnumerable<string> FeedsOf(string ecosystem) =>
        EcosystemList.Distributions.FirstOrDefault(d => d.Family == ecosystem) is { } distribution ? distribution.Feeds
        : EcosystemList.All.Any(e => e.AdvisoryEcosystem == ecosystem) ? [$"osv/{ecosystem}"]
        : [];

    [LoggerMessage(LogLevel.Information, "another advisory book answers, of {Records} records")]
    private static partial void Changed(ILogger logger, long records);

    [LoggerMessage(LogLevel.Warning, "the advisories could not be refreshed: {Reason}")]
    private static partial void NotRefreshed(ILogger logger, string reason);
}
