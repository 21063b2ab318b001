using System.Text;
using Vidimus.Findings;
using Vidimus.Storage;

namespace Vidimus.Sinks;

/// <summary>Registers sinks and tries them: what <c>vidimus admin sink</c> does.</summary>
public sealed class SinkDesk(IDatabase database, IEventForms forms, IReadOnlyList<ISinkKind> kinds, SecretBox box, TimeProvider time)
{
    /// <summary>Registers a sink and gives its secret in plain: a webhook's key is drawn now and never shown again.</summary>
    /// <param name="secret">A mail server's password; null for none, and for webhooks.</param>
    /// <exception cref="SinkException">Something about it makes no sense, or there is one of that name.</exception>
    public Task<string?> AddAsync(Scope scope, SinkDefinition sink, string? secret, CancellationToken cancel) => AddAsync(scope, sink, secret, (_, _) => Task.CompletedTask, cancel);

    /// <inheritdoc cref="AddAsync(Scope, SinkDefinition, string?, CancellationToken)"/>
    /// <param name="with">What is done in the same transaction, with the secret.</param>
    public async Task<string?> AddAsync(Scope scope, SinkDefinition sink, string? secret, Func<Session, string?, Task> with, CancellationToken cancel)
    {
        if (sink.Name.Length is 0 or > 64 || sink.Name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not '-' and not '_' and not '.')) throw new SinkException("a sink's name is 1 to 64 letters, digits, '-', '_' and '.'");
        if (!forms.Names.Contains(sink.Form)) throw new SinkException($"the forms are {string.Join(", ", forms.Names)}, not {sink.Form}");
        if (sink.Events.Count == 0) throw new SinkException("a sink hears of at least one kind of events");
        KindOf(sink).Check(sink.Target);
        if (sink.Kind == "webhook") secret = Webhook.NewKey();

        await using var session = await database.WriteAsync(cancel);
        var definition = sink with { Secret = secret is null ? null : box.Seal(secret, EventSender.Owner(scope, sink.Name)) };
        if (!await new SinkStore(session).RegisterAsync(scope, definition, time.GetUtcNow(), cancel)) throw new SinkException($"there is a sink {sink.Name} already");
        await with(session, secret);
        await session.CommitAsync(cancel);
        return secret;
    }

    /// <summary>Sends a message that is no event to a sink, and gives null when it went, else why not.</summary>
    /// <exception cref="SinkException">There is none of that name.</exception>
    public async Task<string?> TryAsync(Scope scope, string name, CancellationToken cancel)
    {
        IReadOnlyList<Sink> all;
        await using (var session = await database.ReadAsync(cancel)) all = await new SinkStore(session).ListAsync(scope, cancel);
        var sink = all.FirstOrDefault(s => s.Definition.Name == name) ?? throw new SinkException($"there is no sink {name}");
        var secret = sink.Definition.Secret is { } sealedSecret ? box.Open(sealedSecret, EventSender.Owner(scope, name)) : null;
        var id = Guid.NewGuid().ToString();
        var message = new EventText(0, id, "", time.GetUtcNow(), $"Test of the sink {name}", null, Encoding.UTF8.GetBytes($$$"""{"id":"{{{id}}}","detail-type":"Vidimus Sink Test","source":"vidimus","detail":{"sink":"{{{name}}}"}}"""));
        return await KindOf(sink.Definition).TryAsync(sink, secret, message, cancel);
    }

    private ISinkKind KindOf(SinkDefinition sink) =>
        kinds.FirstOrDefault(k => k.Kind == sink.Kind) ?? throw new SinkException($"the kinds of sinks are {string.Join(", ", kinds.Select(k => k.Kind))}, not {sink.Kind}");
}
