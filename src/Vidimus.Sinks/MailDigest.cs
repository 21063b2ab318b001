using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Vidimus.Storage;

namespace Vidimus.Sinks;

/// <summary>Where a digest goes.</summary>
/// <param name="Server"><c>smtp://HOST:PORT</c> (encrypted by STARTTLS), <c>smtps://HOST:PORT</c>, or <c>smtp+plain://HOST:PORT</c> within networks that the operator named.</param>
/// <param name="User">Who signs in with the sink's secret as password; null for nobody.</param>
/// <param name="Hours">One mail in so many hours, at the full ones of the day.</param>
public sealed record MailTarget(string Server, string From, IReadOnlyList<string> To, string? User, int Hours)
{
    public string ToText() => JsonSerializer.Serialize(this, MailJson.Default.MailTarget);

    /// <exception cref="SinkException">Not what <see cref="ToText"/> gives.</exception>
    public static MailTarget Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, MailJson.Default.MailTarget) ?? throw new SinkException("a mail sink's target is a JSON object");
        }
        catch (JsonException e)
        {
            throw new SinkException($"a mail sink's target is a JSON object: {e.Message}");
        }
    }
}

[JsonSerializable(typeof(MailTarget))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class MailJson : JsonSerializerContext;

/// <summary>Mails what happened as a list, the gravest first, so often and no oftener. A mail that may have gone twice has the same Message-ID, and mail stores show it once.</summary>
public sealed class MailDigest(AddressRule rule, TimeProvider time, TimeSpan timeout) : ISinkKind
{
    private const int Lines = 200;
    private static readonly string[] Severities = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNTRIAGED"];

    public string Kind => "mail";

    public int Batch => 5000;

    public void Check(string target)
    {
        var mail = MailTarget.Parse(target);
        _ = Server(mail);
        if (mail.Hours is < 1 or > 24) throw new SinkException("a digest comes every 1 to 24 hours");
        if (mail.To.Count is 0 or > 50) throw new SinkException("a digest goes to 1 to 50 addresses");
        foreach (var address in mail.To.Append(mail.From))
        {
            if (!MailboxAddress.TryParse(address, out _)) throw new SinkException($"{address} is no mail address");
        }
    }

    public async Task<SendResult> SendAsync(Sink sink, string? secret, IReadOnlyList<EventText> events, CancellationToken cancel)
    {
        var mail = MailTarget.Parse(sink.Definition.Target);
        var hour = TimeSpan.FromHours(mail.Hours).Ticks;
        var begun = new DateTimeOffset(time.GetUtcNow().UtcTicks / hour * hour, TimeSpan.Zero);
        var next = begun.AddTicks(hour);

        // A new sink's first digest, and one after a quiet time, come at their hour too, not with the first event.
        if (sink.Ready < begun) return new([], null, next);
        var error = await MailAsync(mail, secret, Write(sink, mail, events), cancel);
        return error is null ? new(new string?[events.Count], null, next) : new([], error);
    }

    public Task<string?> TryAsync(Sink sink, string? secret, EventText message, CancellationToken cancel)
    {
        var mail = MailTarget.Parse(sink.Definition.Target);
        return MailAsync(mail, secret, Write(sink, mail, [message]), cancel);
    }

    private MimeMessage Write(Sink sink, MailTarget mail, IReadOnlyList<EventText> events)
    {
        var ordered = events.OrderBy(e => e.Severity is null ? Severities.Length : Array.IndexOf(Severities, e.Severity)).ToList();
        var body = new StringBuilder();
        foreach (var severity in ordered.Where(e => e.Severity is not null).GroupBy(e => e.Severity)) body.Append(CultureInfo.InvariantCulture, $"{severity.Count(),8} {severity.Key}\n");
        body.Append('\n');
        foreach (var text in ordered.Take(Lines)) body.Append(CultureInfo.InvariantCulture, $"{text.At:yyyy-MM-dd HH:mm} {text.Severity,-13} {Visible(text.Title)}\n");
        if (ordered.Count > Lines) body.Append(CultureInfo.InvariantCulture, $"... and {ordered.Count - Lines} more\n");

        var message = new MimeMessage
        {
            Subject = $"Vidimus: {events.Count} change{(events.Count == 1 ? "" : "s")}",
            MessageId = $"{sink.Id}.{events[^1].Id}@vidimus",
            Date = time.GetUtcNow(),
            Body = new TextPart("plain") { Text = body.ToString() },
        };
        message.From.Add(MailboxAddress.Parse(mail.From));
        message.To.AddRange(mail.To.Select(MailboxAddress.Parse));
        return message;
    }

    /// <returns>Null when the server took it, else why not.</returns>
    private async Task<string?> MailAsync(MailTarget mail, string? password, MimeMessage message, CancellationToken cancel)
    {
        var server = Server(mail);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(timeout);
        try
        {
            var socket = await rule.ConnectAsync(server.Host, server.Port, server.Scheme == "smtp+plain", limit.Token);
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            using var client = new SmtpClient { RequireTLS = server.Scheme != "smtp+plain" };
            var security = server.Scheme switch { "smtps" => SecureSocketOptions.SslOnConnect, "smtp" => SecureSocketOptions.StartTls, _ => SecureSocketOptions.None };
            await client.ConnectAsync(stream, server.Host, server.Port, security, limit.Token);
            if (mail.User is not null) await client.AuthenticateAsync(mail.User, password ?? "", limit.Token);
            await client.SendAsync(message, limit.Token);
            await client.DisconnectAsync(true, limit.Token);
            return null;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return $"the mail server did not take it within {timeout.TotalSeconds} s";
        }
        catch (Exception e) when (e is IOException or SocketException or ProtocolException or CommandException or System.Security.Authentication.AuthenticationException or MailKit.Security.AuthenticationException
            or NotSupportedException or InvalidOperationException)
        {
            return e.Message;
        }
    }

    private static Uri Server(MailTarget mail) =>
        Uri.TryCreate(mail.Server, UriKind.Absolute, out var uri) && uri.Scheme is "smtp" or "smtps" or "smtp+plain" && uri.Host.Length > 0 && uri.Port > 0 && uri.UserInfo.Length == 0
            ? uri
            : throw new SinkException($"a mail server is smtp://HOST:PORT, smtps://HOST:PORT or smtp+plain://HOST:PORT, not {mail.Server}");

    /// <summary>Titles come from scanned files and feeds: nothing in them ends a line or turns the text around.</summary>
    private static string Visible(string title) =>
        string.Concat(title.Select(c => char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator ? '·' : c));
}
