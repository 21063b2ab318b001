using Microsoft.Extensions.Logging;
using Vidimus.Advisories.Fetch;
using Vidimus.Advisories.Shelf;
using Vidimus.Server.Configuration;

namespace Vidimus.Server.Books;

/// <summary>Keeps the book current: fetches it anew now and then, and takes over what others, the scanner among them, put on the shelf.</summary>
internal sealed partial class BookRefresh(ServerBooks books, ServerSettings settings, TimeProvider time, ILoggerFactory log)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AgainAfterFailure = TimeSpan.FromMinutes(10);

    /// <summary>Feeds that speak of vulnerabilities wherever they are.</summary>
    private static readonly string[] Always = ["kev", "epss", "cve5", "eol"];

    private readonly ILogger logger = log.CreateLogger("Vidimus.Books");

    public async Task RunAsync(CancellationToken cancel)
    {
        var due = books.Shelf.Age is { } age ? time.GetUtcNow() + settings.BookRefresh - age : time.GetUtcNow();
        while (true)
        {
            if (!settings.Offline && time.GetUtcNow() >= due) due = time.GetUtcNow() + (await RefreshAsync(cancel) ? settings.BookRefresh : AgainAfterFailure);
            if (TakeOver()) Changed(logger, books.Shelf.Status?.Sources.Sum(s => (long)s.Records) ?? 0);
            await Task.Delay(Look, time, cancel);
        }
    }

    private async Task<bool> RefreshAsync(CancellationToken cancel)
    {
        try
        {
            await books.Shelf.UpdateAsync(new() { Parts = Parts(), LockWait = TimeSpan.Zero }, cancel);
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
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
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

    /// <summary>A folder that was given is read whole; of the world's feeds only what is asked for.</summary>
    private string[] Parts()
    {
        var isFolder = settings.Feeds is { } address && !address.StartsWith("http", StringComparison.OrdinalIgnoreCase);
        if (settings.Advisories.Contains("all") || (isFolder && settings.Advisories.Count == 0)) return [.. ServerBooks.Feeds.Select(f => f.Name)];
        return [.. Always, .. settings.Advisories];
    }

    [LoggerMessage(LogLevel.Information, "another advisory book answers, of {Records} records")]
    private static partial void Changed(ILogger logger, long records);

    [LoggerMessage(LogLevel.Warning, "the advisories could not be refreshed: {Reason}")]
    private static partial void NotRefreshed(ILogger logger, string reason);
}
