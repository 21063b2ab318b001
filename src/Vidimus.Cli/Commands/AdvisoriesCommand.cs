using System.CommandLine;
using System.Globalization;
using Vidimus.Advisories;
using Vidimus.Advisories.Fetch;
using Vidimus.Advisories.Shelf;
using Vidimus.Cli.CommandLine;
using Vidimus.Model.Advisories;
using Vidimus.Model.Files;

namespace Vidimus.Cli.Commands;

/// <summary><c>vidimus advisories update|status|show|search|diff|export|import</c>.</summary>
internal static class AdvisoriesCommand
{
    public static Command Create() => new("advisories", "The advisory book: update it, see what is in it") { Update(), Status(), Show(), AdvisorySearch.Create(), Diff(), BookExchange.Export(), BookExchange.Import(), BookExchange.Keys(), JavaNamesFile.Command() };

    private static Command Update()
    {
        var books = new BookReading();
        var parts = new Argument<string[]>("PART") { Description = "What to have beside what the book holds: osv/PyPI, debian, alpine-secdb/v3.19, kev, …; a feed's bare name is all of it", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "Everything that the feeds have" };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "No progress and no table of what came" };
        var command = HelpWithExamples.Of(
            new Command("update", "Fetches what changed and makes a new book; an update that is interrupted leaves the old one in use") { parts, all, quiet },
            "vidimus advisories update --all", "vidimus advisories update osv/PyPI kev epss --feeds /srv/mirror", "vidimus advisories update  # what the book holds");
        books.AddFeedsTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var shelf = books.Shelf(parsed);
            string[] wanted = parsed.GetValue(all) ? [.. BookReading.Feeds.Select(f => f.Name)] : [.. parsed.GetValue(parts) ?? []];
            if (wanted.FirstOrDefault(w => BookReading.Feeds.All(f => f.Name != w && !w.StartsWith(f.Name + "/", StringComparison.Ordinal))) is { } unknown)
                throw new UsageException($"there is no feed '{unknown}'; known are {string.Join(", ", BookReading.Feeds.Select(f => f.Name))}");
            if (wanted.Length == 0 && shelf.Status is null) throw new UsageException("there is no book yet: name what it should hold, or give --all");

            using var progress = new ProgressLine(parsed.GetValue(quiet));
            var status = await UpdateAsync(shelf, new() { Parts = wanted, LockWait = TimeSpan.FromMinutes(10), Progress = progress }, cancel);
            progress.Dispose();
            var failed = status.Sources.Where(s => s.Failure is not null).ToArray();
            if (!parsed.GetValue(quiet)) Print(status, shelf, parsed.InvocationConfiguration.Output, details: false);
            else foreach (var source in failed) await parsed.InvocationConfiguration.Error.WriteLineAsync($"vidimus: {source.Name}: {PathText.Display(source.Failure!)}");
            return failed.Length > 0 ? ExitCode.Unfinished : ExitCode.Done;
        });
        return command;
    }

    private static async Task<ShelfStatus> UpdateAsync(BookShelf shelf, ShelfUpdate update, CancellationToken cancel)
    {
        try
        {
            return await shelf.UpdateAsync(update, cancel);
        }
        catch (Exception e) when (e is FetchException or ShelfBusyException)
        {
            throw new UnfinishedException($"{e.Message.TrimEnd('.')}; the book is as it was", e);
        }
    }

    private static Command Status()
    {
        var books = new BookReading();
        var command = HelpWithExamples.Of(new Command("status", "What is in the book: sources, dates, counts, rejected records, terms"), "vidimus advisories status", "vidimus advisories status --feeds /srv/mirror");
        books.AddFeedsTo(command);
        command.SetAction(parsed =>
        {
            var shelf = books.Shelf(parsed);
            var status = shelf.Status ?? throw new UnfinishedException("there is no book for these feeds yet; 'vidimus advisories update --all' makes one, and a scan fetches what it needs");
            Print(status, shelf, parsed.InvocationConfiguration.Output, details: true);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(ShelfStatus status, BookShelf shelf, TextWriter output, bool details)
    {
        var size = shelf.CurrentPath is { } path ? new FileInfo(path).Length : 0;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Book of {status.Built:yyyy-MM-dd HH:mm} UTC, checked {Durations.Display(shelf.Age ?? TimeSpan.Zero)} ago, {size / 1e6:n1} MB"));
        output.WriteLine();
        var width = Math.Max(6, status.Sources.Select(s => s.Name.Length).DefaultIfEmpty(0).Max());
        output.WriteLine($"{"SOURCE".PadRight(width)}  {"NEWEST",-10}  {"RECORDS",9}  {"REJECTED",8}  STATE");
        foreach (var source in status.Sources)
        {
            var state = source.Failure is { } failure ? $"failed: {failure}" : source.LeftOut is { } left ? $"left out: {left}" : source.IsAbsent ? "absent from this mirror" : source.Stale is { } stale ? $"old: {stale}" : "current";
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{source.Name.PadRight(width)}  {source.Date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "-",-10}  {source.Records,9:n0}  {source.Rejected,8:n0}  {PathText.Display(state)}"));
            foreach (var rejected in details ? source.RejectedRecords : []) output.WriteLine($"{"",-2}rejected {PathText.Display(rejected.Entry)}: {PathText.Display(rejected.Reason)}");
        }

        if (!details) return;
        output.WriteLine();
        if (status.Signer is { } signer) output.WriteLine($"Imported; signed by the key {signer}");
        PrintBook(shelf, output);
        output.WriteLine("Terms of the sources:");
        foreach (var group in status.Sources.Where(s => !s.IsAbsent && s.LeftOut is null).GroupBy(s => (s.Title, s.Terms))) output.WriteLine($"  {group.Key.Title}: {group.Key.Terms}");
    }

    /// <summary>What the book weighs, and which of its sources may not, or not without asking, be passed on with it.</summary>
    private static void PrintBook(BookShelf shelf, TextWriter output)
    {
        using var book = shelf.CurrentBook();
        if (book is null) return;
        var sizes = book.Sizes;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{sizes.Ranges:n0} ranges: {sizes.OfRange:n1} bytes each for ranges and keys alone, {sizes.OfVerdict:n1} with all that a verdict needs; texts {sizes.Texts / 1e6:n1} MB, KEV and EPSS {sizes.Exploits / 1e6:n1} MB"));
        foreach (var group in book.Sources.Where(s => s.Sharing != Sharing.Allowed).GroupBy(s => s.Sharing))
            output.WriteLine($"{(group.Key == Sharing.Forbidden ? "Not to be passed on" : "No terms stated for passing on")}: {string.Join(", ", group.Select(s => PathText.Display(s.Name)))}");
        output.WriteLine();
    }

    private static Command Show()
    {
        var books = new BookReading();
        var id = new Argument<string>("ID") { Description = "A CVE, GHSA or vendor's id, or any alias" };
        var command = HelpWithExamples.Of(new Command("show", "What each source says of a vulnerability") { id }, "vidimus advisories show CVE-2021-44228");
        books.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            using var progress = new ProgressLine(quiet: false);
            using var book = await books.OpenAsync(parsed, [], progress, cancel);
            progress.Dispose();
            await TellAsync(book, parsed);
            var wanted = parsed.GetRequiredValue(id).Trim();
            var output = parsed.InvocationConfiguration.Output;
            if (book.Book.Find(wanted) is { } found)
            {
                AdvisoryText.Write(found, output);
                return ExitCode.Done;
            }

            if (book.Book.FindAdvisories(wanted) is not { Count: > 0 } notices) throw new UnfinishedException($"no source in the book knows {PathText.Display(wanted)}; 'vidimus advisories status' shows what it holds");
            foreach (var notice in notices) AdvisoryText.Write(notice, output);
            return ExitCode.Done;
        });
        return command;
    }

    private static Task TellAsync(OpenBook book, ParseResult parsed) =>
        book.Note is { } note ? parsed.InvocationConfiguration.Error.WriteLineAsync($"note: {PathText.Display(note)}") : Task.CompletedTask;

    private static Command Diff()
    {
        var earlier = new Argument<string>("A") { Description = "The earlier book's file" };
        var later = new Argument<string>("B") { Description = "The later book's file" };
        var command = HelpWithExamples.Of(
            new Command("diff", "What a book says otherwise than another: the match keys under which versions may be judged otherwise, a line each; counts on standard error") { earlier, later },
            "vidimus advisories diff monday.book tuesday.book");
        command.SetAction(async (parsed, cancel) =>
        {
            var difference = await Task.Run(() =>
            {
                using var before = BookReading.Ready(parsed.GetRequiredValue(earlier));
                using var after = BookReading.Ready(parsed.GetRequiredValue(later));
                return BookDifference.Of(before, after);
            }, cancel);
            var output = parsed.InvocationConfiguration.Output;
            foreach (var key in difference.Keys) await output.WriteLineAsync($"{PathText.Display(key.Ecosystem)}\t{PathText.Display(key.Name)}");
            await parsed.InvocationConfiguration.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"{difference.Keys.Count:n0} match keys, {difference.Vulnerabilities.Count:n0} vulnerabilities shown otherwise, {difference.Groups.Count:n0} of them new or with other names{(difference.EndOfLife ? ", other ends of support" : "")}"));
            return ExitCode.Done;
        });
        return command;
    }
}
