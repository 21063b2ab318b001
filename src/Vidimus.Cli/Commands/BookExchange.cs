using System.CommandLine;
using System.Globalization;
using Vidimus.Advisories.Exchange;
using Vidimus.Advisories.Fetch;
using Vidimus.Advisories.Shelf;
using Vidimus.Cli.CommandLine;
using Vidimus.Model.Files;

namespace Vidimus.Cli.Commands;

/// <summary><c>vidimus advisories export|import|key</c>: the book as a signed file, for machines that reach no feeds.</summary>
internal static class BookExchange
{
    private static readonly TimeSpan LockWait = TimeSpan.FromMinutes(10);

    public static Command Export()
    {
        var books = new BookReading();
        var file = new Argument<string>("FILE") { Description = "The file to make" };
        var key = new Option<string?>("--signing-key") { Description = "The private key that signs it; 'vidimus advisories key create' makes one", HelpName = "PRIVATE.pem" };
        var unstated = new Option<bool>("--include-unstated") { Description = "Take in the sources that state no terms for passing their data on: you answer for that" };
        var command = HelpWithExamples.Of(
            new Command("export", "Writes the book to one signed file; sources whose terms forbid passing them on are left out") { file, key, unstated },
            "vidimus advisories export book.vdx --signing-key book.pem", "vidimus advisories export book.vdx --signing-key book.pem --include-unstated --feeds /srv/mirror");
        books.AddFeedsTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var shelf = books.Shelf(parsed);
            var path = parsed.GetRequiredValue(file);
            if (Directory.Exists(path) || path.StartsWith("/dev/", StringComparison.Ordinal)) throw new UnfinishedException($"{path} can't be replaced by a book; name a file");
            using var signer = Key(parsed, key, ExportKey.OpenPrivate);
            using var progress = new ProgressLine(quiet: false);
            var head = await TryAsync(() => shelf.ExportAsync(new(path, signer) { IncludeUnstated = parsed.GetValue(unstated), LockWait = LockWait, Progress = progress }, cancel), "nothing was exported");
            progress.Dispose();
            var output = parsed.InvocationConfiguration.Output;
            Print(output, $"{path}: {Text(head)}; signed by the key {signer.Fingerprint}");
            foreach (var group in head.Sources.Where(source => source.LeftOut is not null).GroupBy(source => source.LeftOut)) Print(output, $"left out: {Names(group)}: {group.Key}");
            if (parsed.GetValue(unstated) && head.Sources.Where(source => source.Records > 0 && source.Terms.StartsWith("none stated", StringComparison.Ordinal)).ToList() is { Count: > 0 } taken)
                Print(output, $"taken in, though they state no terms for passing them on: {Names(taken)}");
            return ExitCode.Done;
        });
        return command;
    }

    public static Command Import()
    {
        var books = new BookReading();
        var file = new Argument<string>("FILE") { Description = "What 'vidimus advisories export' made" };
        var key = new Option<string?>("--book-key", "--key") { Description = "The public key that must have signed it", HelpName = "PUBLIC.pem" };
        var older = new Option<bool>("--allow-older") { Description = "Take a book that is older than the last one of the same key" };
        var maxAge = new Option<string?>("--max-book-age") { Description = "Refuse a book that is older (90m, 24h, 7d)", HelpName = "AGE" };
        var command = HelpWithExamples.Of(
            new Command("import", "Takes the book of a signed file into use, once all of it is verified; 'vidimus scan --offline' then answers by it") { file, key, older, maxAge },
            "vidimus advisories import book.vdx --key book.pub.pem", "VIDIMUS_BOOK_KEY=/etc/vidimus/book.pub.pem vidimus advisories import book.vdx --max-book-age 7d");
        books.AddFeedsTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var shelf = books.Shelf(parsed);
            var path = parsed.GetRequiredValue(file);
            if (!File.Exists(path)) throw new UnfinishedException($"the file {path} does not exist");
            TimeSpan? most = parsed.GetValue(maxAge) is { } limit ? Durations.Parse(limit) : null;
            using var pinned = Key(parsed, key, ExportKey.OpenPublic);
            var status = await TryAsync(() => shelf.ImportAsync(new(path, pinned) { AllowOlder = parsed.GetValue(older), MaxAge = most, LockWait = LockWait }, cancel), "the book is as it was");
            Print(parsed.InvocationConfiguration.Output, string.Create(CultureInfo.InvariantCulture, $"{path}: {status.Sources.Count(source => source.Records > 0)} sources, as the feeds were at {status.Checked:yyyy-MM-dd HH:mm} UTC; in use now"));
            return ExitCode.Done;
        });
        return command;
    }

    public static Command Keys()
    {
        var file = new Argument<string>("FILE") { Description = "The file for the private half; the public half goes to .pub.pem beside it" };
        var create = HelpWithExamples.Of(new Command("create", "Makes a key pair, ECDSA over P-256, as openssl reads it") { file }, "vidimus advisories key create book.pem");
        create.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(file);
            using var made = ExportKey.Create(path);
            Print(parsed.InvocationConfiguration.Output, $"{path} signs and is yours alone; {ExportKey.PublicPath(path)} is what others import with. Fingerprint {made.Fingerprint}");
            return ExitCode.Done;
        });
        return new("key", "Keys for exported books") { create };
    }

    /// <remarks>The option is not one that the parser requires: then a variable could not stand for it.</remarks>
    private static ExportKey Key(ParseResult parsed, Option<string?> option, Func<string, ExportKey> open)
    {
        var path = parsed.GetValue(option) ?? throw new UsageException($"name the key's file with {option.Name} or in {EnvironmentOptions.VariableOf(option)}");
        return File.Exists(path) ? open(path) : throw new UnfinishedException($"the key {path} does not exist");
    }

    private static async Task<T> TryAsync<T>(Func<Task<T>> work, string then)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (e is FetchException or ShelfBusyException or InvalidDataException)
        {
            throw new UnfinishedException($"{e.Message.TrimEnd('.')}; {then}", e);
        }
    }

    private static string Text(ExportHead head) => string.Create(CultureInfo.InvariantCulture,
        $"{head.Sources.Count(source => source.Records > 0)} sources, {head.Length / 1e6:n1} MB, as the feeds were at {head.Checked:yyyy-MM-dd HH:mm} UTC");

    private static string Names(IEnumerable<ShelfSource> sources) => string.Join(", ", sources.Select(source => source.Name));

    private static void Print(TextWriter output, string line) => output.WriteLine(PathText.Display(line));
}
