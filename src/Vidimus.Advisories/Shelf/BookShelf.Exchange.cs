using System.Globalization;
using System.Security.Cryptography;
using Vidimus.Advisories.Exchange;
using Vidimus.Advisories.Fetch;
using Vidimus.Model.Advisories;

namespace Vidimus.Advisories.Shelf;

/// <summary>Books that go from shelf to shelf as a signed file.</summary>
public sealed partial class BookShelf
{
    private const string ForbiddenReason = "its terms forbid passing it on";
    private const string UnstatedReason = "it states no terms for passing it on";

    /// <summary>How far a signed time may lie ahead of this machine's clock.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromHours(24);

    /// <summary>Writes the book in use to a signed file. Where it holds a source that may not be passed on, a book without it is compiled from the feeds as an update would; the book in use stays.</summary>
    /// <returns>What was signed.</returns>
    /// <exception cref="InvalidDataException">There is no book, or nothing in it may be passed on.</exception>
    /// <exception cref="FetchException">A book had to be compiled and a feed can't be had.</exception>
    /// <exception cref="ShelfBusyException">An update runs.</exception>
    public async Task<ExportHead> ExportAsync(ShelfExport export, CancellationToken cancel)
    {
        if (CurrentPath is null) throw new InvalidDataException("There is no book to export; 'vidimus advisories update' makes one.");
        using var held = await LockAsync(export.LockWait, cancel);
        var path = CurrentPath ?? throw new InvalidDataException("The book vanished while it was opened; try again.");
        var status = Status ?? throw new InvalidDataException("The book in use has lost its account; 'vidimus advisories update' makes it anew.");
        Clean(path);

        status = status with { Parts = [.. status.Parts.Where(part => Reason(FeedOf(part)?.Sharing ?? Sharing.Unstated, export.IncludeUnstated) is null)] };
        var left = LeftOut(path, export.IncludeUnstated);
        var made = Path.Combine(folder, "export.tmp");
        try
        {
            if (left.Count > 0) (path, status) = (made, await CompileWithoutAsync(left, status, made, export.Progress, cancel));
            Book.Verify(path);
            return WriteExport(export, path, status);
        }
        finally
        {
            File.Delete(made);
        }
    }

    /// <summary>Takes the book of a signed file into use. All of it is verified before the shelf is changed.</summary>
    /// <returns>The state of the book that is in use now.</returns>
    /// <exception cref="InvalidDataException">The file is refused: not signed by the key, changed, torn, older than the last book of that key, too old, or of a format that this program does not read. The book in use is as it was.</exception>
    /// <exception cref="ShelfBusyException">An update runs.</exception>
    public async Task<ShelfStatus> ImportAsync(ShelfImport import, CancellationToken cancel)
    {
        using var exported = ExportedBook.Open(import.Path, import.Key);
        Directory.CreateDirectory(folder);
        using var held = await LockAsync(import.LockWait, cancel);
        var imports = Status?.Imports ?? new Dictionary<string, DateTimeOffset>();
        var (head, key, now) = (exported.Head, import.Key.Fingerprint, time.GetUtcNow());
        if (!import.AllowOlder && imports.TryGetValue(key, out var last) && head.Checked < last)
            throw new InvalidDataException($"{import.Path} is of {Day(head.Checked)}, older than the book of {Day(last)} that the same key signed and that was imported before; --allow-older takes it all the same.");
        if (import.MaxAge is { } most && now - head.Checked > most) throw new InvalidDataException($"{import.Path} is of {Day(head.Checked)}, older than allowed.");
        if (head.Checked > now + Ahead) throw new InvalidDataException($"{import.Path} is of {Day(head.Checked)}, and here it is {Day(now)}: one of the two clocks is wrong.");

        Clean(CurrentPath);
        var path = NewPath(now);
        try
        {
            using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None)) exported.CopyBook(file, cancel);
            Book.Verify(path);
        }
        catch
        {
            File.Delete(path);
            throw;
        }

        var status = new ShelfStatus
        {
            Built = head.Built,
            Checked = head.Checked,
            Parts = head.Parts,
            Fingerprint = $"import {head.Digest}",
            Sources = head.Sources,
            Signer = key,
            Imports = new Dictionary<string, DateTimeOffset>(imports) { [key] = imports.TryGetValue(key, out var newest) && newest > head.Checked ? newest : head.Checked },
        };
        Install(path, status);
        return status;
    }

    /// <summary>The sources of a book that may not go with it, each with the reason.</summary>
    private Dictionary<string, string> LeftOut(string path, bool includeUnstated)
    {
        using var book = Book.Open(path);
        var left = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var source in book.Sources)
        {
            if (Reason(FeedOf(source.Name)?.Sharing ?? source.Sharing, includeUnstated) is { } reason) left.Add(source.Name, reason);
        }

        return left;
    }

    private IFeed? FeedOf(string name) => feeds.FirstOrDefault(feed => name == feed.Name || name.StartsWith(feed.Name + "/", StringComparison.Ordinal));

    private static string? Reason(Sharing sharing, bool includeUnstated) => sharing switch
    {
        Sharing.Forbidden => ForbiddenReason,
        Sharing.Unstated when !includeUnstated => UnstatedReason,
        _ => null,
    };

    private async Task<ShelfStatus> CompileWithoutAsync(Dictionary<string, string> left, ShelfStatus status, string path, IProgress<string>? progress, CancellationToken cancel)
    {
        if (status.Parts.Count == 0) throw new InvalidDataException($"Nothing in the book may be passed on: {string.Join("; ", left.Select(source => $"{source.Key}: {source.Value}"))}.");
        var gathered = await GatherAsync(new() { Parts = [], Progress = progress }, status, cancel);
        var now = time.GetUtcNow();
        var sources = Compile(gathered, path, now, progress, cancel);
        var without = status.Sources.Where(source => left.ContainsKey(source.Name)).Select(source => new ShelfSource { Name = source.Name, Title = source.Title, Terms = source.Terms, IsRedistributable = source.IsRedistributable, LeftOut = left[source.Name] });
        return status with { Built = now, Checked = now, Sources = [.. sources.Concat(without).OrderBy(source => source.Name, StringComparer.Ordinal)] };
    }

    private static ExportHead WriteExport(ShelfExport export, string path, ShelfStatus status)
    {
        using var book = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        var head = new ExportHead
        {
            Built = status.Built,
            Checked = status.Checked,
            Length = book.Length,
            Digest = Convert.ToHexStringLower(SHA256.HashData(book)),
            Parts = status.Parts,
            Sources = [.. status.Sources.Select(ForOthers)],
        };
        book.Position = 0;
        var temporary = $"{export.Path}.{Environment.ProcessId}.tmp";
        try
        {
            using (var output = File.Create(temporary))
            {
                ExportedBook.Write(output, head, book, export.Key);
                output.Flush(flushToDisk: true);
            }

            File.Move(temporary, export.Path, overwrite: true);
        }
        finally
        {
            if (File.Exists(temporary)) File.Delete(temporary);
        }

        return head;
    }

    /// <summary>A source's state without what tells of this machine: addresses of its mirror, names of its files.</summary>
    private static ShelfSource ForOthers(ShelfSource source) => source with
    {
        RejectedRecords = [],
        Failure = source.Failure is null ? null : "it could not be had when the book was made",
        Stale = source.Stale is null ? null : "its files were those of an earlier update when the book was made",
    };

    private static string Day(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
