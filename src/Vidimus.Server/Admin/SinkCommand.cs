using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Vidimus.Model.Files;
using Vidimus.Server.CommandLine;
using Vidimus.Server.Hosting;
using Vidimus.Server.Identity;
using Vidimus.Sinks;
using Vidimus.Storage;

namespace Vidimus.Server.Admin;

/// <summary><c>admin sink add|list|remove|test|letters|replay</c></summary>
internal static class SinkCommand
{
    private const int MostLetters = 1000;

    /// <summary>The kinds of events by the names that the command line has for them.</summary>
    private static readonly (string Name, EventKind Kind)[] Kinds = [("finding", EventKind.Finding), ("scan", EventKind.Scan), ("coverage", EventKind.Coverage), ("auto-enable", EventKind.AutoEnable)];

    public static Command Create(Func<string, string?> environment)
    {
        var command = new Command("sink", "Where events of findings, scans and coverage are sent: webhooks, files, mail");
        var add = new Command("add", "Registers a sink; it hears of what happens from now on");
        add.Subcommands.Add(Webhook(environment));
        add.Subcommands.Add(File(environment));
        add.Subcommands.Add(Mail(environment));
        command.Subcommands.Add(add);

        var listed = new InAccount();
        command.Subcommands.Add(AdminCommand.Of("list", "Shows sinks, how far each is, and why one is behind", environment, listed.Options, (node, parsed, output, cancel) => ListAsync(node, listed, parsed, output, cancel)));

        var (removed, removedIn) = (Name(), new InAccount());
        command.Subcommands.Add(AdminCommand.Of("remove", "Forgets a sink and its dead letters", environment, [removed, .. removedIn.Options],
            (node, parsed, output, cancel) => RemoveAsync(node, removedIn, parsed, parsed.GetRequiredValue(removed), output, cancel)));

        var (tried, triedIn) = (Name(), new InAccount());
        command.Subcommands.Add(AdminCommand.Of("test", "Sends a message that is no event to a sink, from this machine", environment, [tried, .. triedIn.Options],
            (node, parsed, output, cancel) => TryAsync(node, triedIn, parsed, parsed.GetRequiredValue(tried), output, cancel)));

        var letters = new InAccount();
        command.Subcommands.Add(AdminCommand.Of("letters", "Shows dead letters: events that a sink refused, or that it could not be told for three days", environment, letters.Options,
            (node, parsed, output, cancel) => LettersAsync(node, letters, parsed, output, cancel)));

        var (replayed, replayedIn) = (Name(), new InAccount());
        var events = new Argument<string[]>("EVENT") { Description = "Numbers that 'letters' shows; none for all of the sink", Arity = ArgumentArity.ZeroOrMore };
        command.Subcommands.Add(AdminCommand.Of("replay", "Has dead letters sent again", environment, [replayed, events, .. replayedIn.Options],
            (node, parsed, output, cancel) => ReplayAsync(node, replayedIn, parsed, parsed.GetRequiredValue(replayed), parsed.GetValue(events) ?? [], output, cancel)));
        return command;
    }

    private static Argument<string> Name() => new("NAME") { Description = "The sink's, unique in the account and region" };

    private static Command Webhook(Func<string, string?> environment)
    {
        var (name, common) = (Name(), new Common());
        var url = new Argument<string>("URL") { Description = "Where to post: https, or http within the networks of --sink-networks" };
        var file = new Option<string?>("--output", "-o") { Description = "Where to write the key that signs the posts, with mode 0600; without it, it is shown on a terminal and nowhere else", HelpName = "FILE" };
        return AdminCommand.Of("webhook", "Posts each event, signed as Standard Webhooks has it", environment, [name, url, file, .. common.Options], async (node, parsed, output, cancel) =>
        {
            var path = parsed.GetValue(file);
            if (path is null && Console.IsOutputRedirected) throw new UsageException("name a file for the key by --output: a secret is shown on a terminal alone");
            var key = await AddAsync(node, common, parsed, parsed.GetRequiredValue(name), "webhook", parsed.GetRequiredValue(url), null, path, output, cancel);
            if (path is null) await output.WriteLineAsync(key);
        });
    }

    private static Command File(Func<string, string?> environment)
    {
        var (name, common) = (Name(), new Common());
        var path = new Argument<string>("FILE") { Description = "An absolute path, on whichever node has the turn; at 256 MiB the file is put aside as FILE.1" };
        return AdminCommand.Of("ndjson", "Appends each event as a line of JSON to a file", environment, [name, path, .. common.Options],
            (node, parsed, output, cancel) => AddAsync(node, common, parsed, parsed.GetRequiredValue(name), "file", parsed.GetRequiredValue(path), null, null, output, cancel));
    }

    private static Command Mail(Func<string, string?> environment)
    {
        var (name, common) = (Name(), new Common());
        var server = new Argument<string>("SERVER") { Description = "smtp://HOST:PORT (STARTTLS), smtps://HOST:PORT, or smtp+plain://HOST:PORT within the networks of --sink-networks" };
        var from = new Option<string>("--from") { Description = "The sender's address", HelpName = "ADDRESS", Required = true };
        var to = new Option<string[]>("--to") { Description = "A receiver's address; may be given again", HelpName = "ADDRESS", Required = true };
        var user = new Option<string?>("--user") { Description = "Who signs in; the password is read from standard input", HelpName = "NAME" };
        var hours = new Option<int>("--hours") { Description = "A mail in so many hours, 1 to 24 [24]", HelpName = "NUMBER", DefaultValueFactory = _ => 24 };
        return AdminCommand.Of("mail", "Mails a digest of what happened", environment, [name, server, from, to, user, hours, .. common.Options], async (node, parsed, output, cancel) =>
        {
            var target = new MailTarget(parsed.GetRequiredValue(server), parsed.GetRequiredValue(from), parsed.GetRequiredValue(to), parsed.GetValue(user), parsed.GetValue(hours));
            var password = target.User is null ? null : await Console.In.ReadLineAsync(cancel) ?? throw new UsageException("the password of --user is read from standard input, which is empty");
            await AddAsync(node, common, parsed, parsed.GetRequiredValue(name), "mail", target.ToText(), password, null, output, cancel);
        });
    }

    private static async Task<string?> AddAsync(Node node, Common common, ParseResult parsed, string name, string kind, string target, string? secret, string? keyFile, TextWriter output, CancellationToken cancel)
    {
        var (account, scope) = await common.In.PutAsync(node, parsed, cancel);
        var definition = common.Read(parsed, name, kind, target);
        using var webhook = Telling.Webhook(node);
        var key = await OrUsageAsync(() => Telling.Desk(node, webhook).AddAsync(scope, definition, secret, async (session, drawn) =>
        {
            await AdminCommand.AuditAsync(session, node, account, "AddSink", new JsonObject { ["sink"] = name, ["kind"] = kind, ["target"] = target, ["form"] = definition.Form }, cancel);
            if (keyFile is not null) PrivateFile.Write(keyFile, drawn + "\n");
        }, cancel));
        await output.WriteLineAsync($"the sink {name} hears of what happens to {account.Number} from now on{(keyFile is null ? "" : $"; the key that signs its posts is in {PathText.Display(keyFile)}")}");
        return key;
    }

    private static async Task ListAsync(Node node, InAccount where, ParseResult parsed, TextWriter output, CancellationToken cancel)
    {
        await using var session = await node.Database.ReadAsync(cancel);
        var (_, scope) = await where.FindAsync(session, parsed, cancel);
        await output.WriteLineAsync($"{"NAME",-20}  {"KIND",-7}  {"FORM",-11}  {"SENT",9}  {"EVENTS",-34}  TARGET");
        foreach (var sink in await new SinkStore(session).ListAsync(scope, cancel))
        {
            var events = string.Join(',', Kinds.Where(k => sink.Definition.Events.Contains(k.Kind)).Select(k => k.Name)) + (sink.Definition.Wide ? " of all" : "");
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{sink.Definition.Name,-20}  {sink.Definition.Kind,-7}  {sink.Definition.Form,-11}  {sink.Sent,9}  {events,-34}  {PathText.Display(sink.Definition.Target)}"));
            if (sink.Error is { } error) await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  failed {sink.Attempts} times, again at {sink.Ready:yyyy-MM-dd HH:mm:ss}: {PathText.Display(error)}"));
        }
    }

    private static async Task RemoveAsync(Node node, InAccount where, ParseResult parsed, string name, TextWriter output, CancellationToken cancel)
    {
        await using var session = await node.Database.WriteAsync(cancel);
        var (account, scope) = await where.FindAsync(session, parsed, cancel);
        if (await new SinkStore(session).RemoveAsync(scope, name, cancel) == 0) throw new UnfinishedException($"there is no sink {name}");
        await AdminCommand.AuditAsync(session, node, account, "RemoveSink", new JsonObject { ["sink"] = name }, cancel);
        await session.CommitAsync(cancel);
        await output.WriteLineAsync($"forgot the sink {name}");
    }

    private static async Task TryAsync(Node node, InAccount where, ParseResult parsed, string name, TextWriter output, CancellationToken cancel)
    {
        await using var session = await node.Database.ReadAsync(cancel);
        var (_, scope) = await where.FindAsync(session, parsed, cancel);
        using var webhook = Telling.Webhook(node);
        if (await OrUsageAsync(() => Telling.Desk(node, webhook).TryAsync(scope, name, cancel)) is { } refused) throw new UnfinishedException($"{name} was not told: {refused}");
        await output.WriteLineAsync($"{name} was told");
    }

    private static async Task LettersAsync(Node node, InAccount where, ParseResult parsed, TextWriter output, CancellationToken cancel)
    {
        await using var session = await node.Database.ReadAsync(cancel);
        var (_, scope) = await where.FindAsync(session, parsed, cancel);
        var names = (await new SinkStore(session).ListAsync(scope, cancel)).ToDictionary(s => s.Id, s => s.Definition.Name);
        await output.WriteLineAsync($"{"EVENT",-10}  {"SINK",-20}  {"KIND",-11}  {"SINCE",-19}  WHY");
        foreach (var letter in await new SinkStore(session).LettersAsync(scope, MostLetters, cancel))
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{letter.Event.Id,-10}  {names.GetValueOrDefault(letter.Sink),-20}  {NameOf(letter.Event.Kind),-11}  {letter.At:yyyy-MM-dd HH:mm:ss}  {PathText.Display(letter.Error)}"));
    }

    private static async Task ReplayAsync(Node node, InAccount where, ParseResult parsed, string name, string[] events, TextWriter output, CancellationToken cancel)
    {
        await using var session = await node.Database.WriteAsync(cancel);
        var (account, scope) = await where.FindAsync(session, parsed, cancel);
        var sinks = new SinkStore(session);
        long[] chosen = events is [] ? [.. (await sinks.LettersAsync(scope, MostLetters, cancel)).Select(l => l.Event.Id)] : [.. events.Select(WorkCommand.Number)];
        var count = await sinks.ReplayAsync(scope, name, [.. chosen.Distinct()], cancel);
        await AdminCommand.AuditAsync(session, node, account, "ReplaySink", new JsonObject { ["sink"] = name, ["letters"] = count }, cancel);
        await session.CommitAsync(cancel);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{count} letters are sent to {name} again"));
    }

    private static string NameOf(EventKind kind) => Kinds.First(k => k.Kind == kind).Name;

    /// <summary>What a sink's kind does not take is a wrong command line.</summary>
    private static async Task<string?> OrUsageAsync(Func<Task<string?>> run)
    {
        try
        {
            return await run();
        }
        catch (SinkException e)
        {
            throw new UsageException(e.Message);
        }
    }

    /// <summary>What all kinds of sinks are told.</summary>
    private sealed class Common
    {
        private readonly Option<string> form = new("--form") { Description = "eventbridge, asff or ocsf; the last two have findings alone [eventbridge]", HelpName = "FORM", DefaultValueFactory = _ => "eventbridge" };
        private readonly Option<string> events = new("--events") { Description = "A comma list of finding, scan, coverage, auto-enable [all]", HelpName = "LIST", DefaultValueFactory = _ => string.Join(',', Kinds.Select(k => k.Name)) };
        private readonly Option<bool> wide = new("--wide") { Description = "What happens to all accounts of the organization, not to this one alone" };

        public InAccount In { get; } = new();

        public IReadOnlyList<Option> Options => [form, events, wide, .. In.Options];

        public SinkDefinition Read(ParseResult parsed, string name, string kind, string target) => new(name, kind, parsed.GetRequiredValue(form),
            [.. parsed.GetRequiredValue(events).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(KindOf).Distinct()], parsed.GetValue(wide), target, null);

        private static EventKind KindOf(string name) =>
            Array.Find(Kinds, k => k.Name == name) is { Name: not null } found ? found.Kind : throw new UsageException($"--events: '{name}' is none of {string.Join(", ", Kinds.Select(k => k.Name))}");
    }
}
