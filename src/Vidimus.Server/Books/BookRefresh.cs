using Microsoft.Extensions.Logging;
using Vidimus.Advisories.Fetch;
using Vidimus.Advisories.Shelf;
using Vidimus.Ecosystems;
using Vidimus.Fleet;
using Vidimus.Server.Configuration;
using Vidimus.Server.Hosting;
using Vidimus.Storage;

namespace Vidimus.Server.Books;

/// <summary>Keeps the book current: fetches it anew now and then, and takes over what others, the scanner among them, put on the shelf.</summary>
internal sealed partial class BookRefresh(ServerBooks books, FleetServices fleet, ServerSettings settings, TimeProvider time, ILoggerFactory log)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AgainAfterFailure = TimeSpan.FromMinutes(10);

    /// <summary>Feeds that speak of vulnerabilities wherever they are.</summary>
    private static readonly string[] Always = ["kev", "epss", "cve5", "eol"];

    private readonly ILogger logger = log.CreateLogger("Vidimus.Books");

    public async Task RunAsync(CancellationToken cancel)
    {
        var due = books.Shelf.Age is { } age ? time.GetUtcNow() + settings.BookRefresh - age : time.GetUtcNow();
        var asked = new HashSet<string>(books.Shelf.Status?.Parts ?? [], StringComparer.Ordinal);
        while (true)
        {
            if (!settings.Offline)
            {
                var parts = await PartsAsync(cancel);
                if (time.GetUtcNow() >= due || !asked.IsSupersetOf(parts))
                {
                    asked.UnionWith(parts);
                    due = time.GetUtcNow() + (await RefreshAsync(parts, cancel) ? settings.BookRefresh : AgainAfterFailure);
                }
            }

            if (TakeOver()) Changed(logger, books.Shelf.Status?.Sources.Sum(s => (long)s.Records) ?? 0);

            await Task.Delay(Look, time, cancel);
        }
    }

    private async Task<bool> RefreshAsync(string[] parts, CancellationToken cancel)
    {
        try
        {
            await books.Shelf.UpdateAsync(new() { Parts = parts, LockWait = TimeSpan.Zero }, cancel);
            books.Stale = null;
            return true;
        }
        catch (ShelfBusyException)
        {
            return true; // Who else updates it brings the same book.
        }
        catch (Exception e) when (e is FetchException or IOException or UnauthorizedAccessException)
        {
            books.Stale = e.Message;
            NotRefreshed(logger, e.Message);
            return false;
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
    private async Task<string[]> PartsAsync(CancellationToken cancel)
    {
        var isFolder = settings.Feeds is { } address && !address.StartsWith("http", StringComparison.OrdinalIgnoreCase);
        if (settings.Advisories.Contains("all") || (isFolder && settings.Advisories.Count == 0 && books.Shelf.Status is null)) return [.. ServerBooks.Feeds.Select(f => f.Name)];

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
